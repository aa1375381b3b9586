"""Whom the sample company writes to, what, and a small campaign that it has sent."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .api import Api

_FILE: Final = Path(__file__).parents[2] / "blueprints" / "marketing.json"
_ALWAYS: Final = {"quiet_from": "00:00", "quiet_to": "00:00"}
_PATIENCE: Final = 20.0
"""Seconds until it is let go on by itself."""


@dataclass(frozen=True)
class Leaving:
    """A campaign that leaves, and the rules of sending that hold when it has."""

    path: str
    people: int
    rules: Mapping[str, Any]
    version: int


def plant(api: Api, contacts: Mapping[str, str]) -> Leaving | None:
    """Add what is missing. `contacts` are ids by an address of theirs. Raises `Trouble`.

    The campaign leaves at whatever hour this is: who calls this calls `settle` a little later.
    """
    if api.read("/v1/campaigns")["items"]:
        return None
    given = json.loads(_FILE.read_text())
    for address in given["agreed"]:
        yes = {"purpose": "marketing", "channel": "email", "state": "granted"}
        api.write("POST", f"/v1/contacts/{contacts[address]}/consents", yes)
    members = [contacts[one] for one in given["list"].pop("members")]
    audience = _there(api, "list", given["list"])
    api.write("POST", f"/v1/lists/{audience}/members", {"contact_ids": members})
    known = api.read("/v1/sending-rules")
    always = {"version": known["version"], "rules": {**known["rules"], **_ALWAYS}}
    version = api.write("PUT", "/v1/sending-rules", always)["version"]
    html = "\n".join(given["template"]["html"])
    template = _there(api, "template", {**given["template"], "html": html})
    sent = {**given["sent"], "audience": {"list_id": audience}, "template_id": template}
    campaign = api.write("POST", "/v1/campaigns", sent)
    path = f"/v1/campaigns/{campaign['campaign_id']}"
    api.write("POST", f"{path}/moves", {"move": "start", "version": campaign["version"]})
    segment = _there(api, "segment", given["segment"])
    planned = {**given["planned"], "audience": {"segment_id": segment}, "template_id": template}
    api.write("POST", "/v1/campaigns", planned)
    return Leaving(path, len(members), known["rules"], version)


def settle(api: Api, leaving: Leaving) -> None:
    """Once everybody has a message or a reason, let quiet hours hold. Raises `Trouble`."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        progress = api.read(leaving.path)["progress"]
        if progress["audience"] == leaving.people and not progress["open"]:
            break
        time.sleep(0.2)
    rules = {"version": leaving.version, "rules": leaving.rules}
    api.write("PUT", "/v1/sending-rules", rules)


def _there(api: Api, noun: str, body: Mapping[str, Any]) -> str:
    """The id of what is called so: just made, or there already."""
    found = [one for one in api.read(f"/v1/{noun}s")["items"] if one["name"] == body["name"]]
    one = found[0] if found else api.write("POST", f"/v1/{noun}s", body)
    return str(one[f"{noun}_id"])
