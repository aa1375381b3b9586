"""Four weeks of the sample company's past, lived through on the local clock.

Nothing is written behind the product's back: visitors visit and fill in forms, salespeople answer
or let the deadline go by, and the clock moves on from four weeks ago to now.
"""

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from infra.local import people, rest
from infra.local.deployed import Deployed
from infra.local.trouble import Trouble

from .api import Api

_FILE: Final = Path(__file__).parents[2] / "blueprints" / "history.json"
_DEALINGS: Final = _FILE.with_name("interactions.json")
SPAN: Final = timedelta(days=28)
_PAGE_KEY: Final = "crm_pub_demo_page"
# A browser's: visitors whose agent names a program count as robots.
_BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
_MANAGER: Final = "maya"
_LATER: Final = timedelta(hours=2)


def live_through(deployed: Deployed, say: Callable[[str], None]) -> None:
    """Let the sample company's past happen. The clock must stand at `SPAN` before now, where it
    ends. Raises `Trouble`."""
    assert deployed.home is not None
    past = json.loads(_FILE.read_text())
    staff = _Staff(deployed)
    today = 0
    for day, leads in groupby(past, key=lambda one: int(one["day"])):
        say(f"Living through the last four weeks: day {day + 1} of {SPAN.days}")
        _go_on(deployed, day - today)
        today = day
        arrived = list(leads)
        for number, lead in enumerate(arrived):
            _arrive(deployed.home.url, lead, f"history-{day:02d}-{number}-visitor")
        rest.wait(deployed.home)
        # Not everybody is at their desk when the mail comes.
        _answer(staff, arrived[::2])
        rest.tick(deployed, _LATER)
        _answer(staff, arrived[1::2])
    _go_on(deployed, SPAN.days - today)
    rest.set_ahead(deployed.home, timedelta(0))
    say("Calls, visits and purchases with the people they know")
    _deal(staff)
    rest.wait(deployed.home)


class _Staff:
    """The sample people, each calling the API as themselves."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._known: dict[str, Api] = {}

    def __getitem__(self, staff_id: str) -> Api:
        if staff_id not in self._known:
            assert self._deployed.home is not None
            token = people.token(self._deployed, staff_id)
            self._known[staff_id] = Api(self._deployed.home.url, token)
        return self._known[staff_id]


def _deal(staff: _Staff) -> None:
    """What the sample people had to do with customers, told as if it were written down later."""
    now = datetime.now(UTC)
    for number, given in enumerate(json.loads(_DEALINGS.read_text())):
        by, ago = given.pop("by"), timedelta(hours=given.pop("hours_ago"))
        for promise in given.get("promises", ()):
            due = now + timedelta(hours=promise.pop("due_in_hours"))
            promise["due_at"] = due.isoformat()
        told = {**given, "id": f"sample-{number}", "occurred_at": (now - ago).isoformat()}
        staff[by].write("POST", "/v1/interactions", told)


def _go_on(deployed: Deployed, days: int) -> None:
    # In two steps: a deadline that passes on the way gets its own day.
    if days:
        rest.tick(deployed, timedelta(hours=20))
        rest.tick(deployed, timedelta(days=days) - timedelta(hours=20) - _LATER)


def _arrive(url: str, lead: dict[str, Any], visitor: str) -> None:
    events = [
        {
            "id": f"{visitor}-{number}",
            "name": "page_viewed",
            "visitor_id": visitor,
            "url": f"{url}/assets/demo/pricing.html",
        }
        for number in range(lead["visits"])
    ]
    if events:
        body = json.dumps({"write_key": _PAGE_KEY, "events": events}).encode()
        _post(f"{url}/v1/events", body, "application/json")
    answers = {**lead["answers"], **lead.get("utm", {}), "_visitor": visitor}
    form = urllib.parse.urlencode(answers).encode()
    address = f"{url}/v1/forms/{lead['form']}/submissions"
    _post(address, form, "application/x-www-form-urlencoded")


def _post(address: str, body: bytes, media_type: str) -> None:
    headers = {"content-type": media_type, "user-agent": _BROWSER, "accept": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30):
            pass
    except urllib.error.HTTPError as refusal:
        said = refusal.read().decode(errors="replace")[:300]
        raise Trouble(f"A sample visitor was refused: {refusal.code} {said}", "See: crm logs")  # noqa: B904


def _answer(staff: _Staff, arrived: list[dict[str, Any]]) -> None:
    known = {lead["answers"]["email"]: lead.get("outcome", "") for lead in arrived}
    for state in ("new", "assigned"):
        for lead in staff[_MANAGER].read(f"/v1/leads?state={state}&limit=100")["items"]:
            outcome, _, reason = known.get(lead["facts"].get("email"), "").partition(":")
            api = staff[lead["owner_id"] or _MANAGER]
            for to in _moves(state, outcome):
                _move(api, lead["lead_id"], to, reason)


def _moves(state: str, outcome: str) -> tuple[str, ...]:
    if outcome == "disqualify":
        return ("disqualified",)
    if state != "assigned":
        return ()
    answers = {"accept": ("working",), "qualify": ("working", "qualified"), "reject": ("recycled",)}
    return answers.get(outcome, ())


def _move(api: Api, lead_id: str, to: str, reason: str) -> None:
    version = api.read(f"/v1/leads/{lead_id}")["version"]
    body = {"to": to, "version": version} | ({"reason": reason} if reason else {})
    api.write("POST", f"/v1/leads/{lead_id}/transitions", body)
