"""What the sample company's customers need help with, as of now: some of it is due today, some late,
some settled. Each ticket began so many working minutes ago, so that it stands alike at any hour."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.local import rest
from infra.local.home import Home
from shared.kernel.calendars import BusinessCalendar, business_minutes_between

from .api import Api

_BLUEPRINTS: Final = Path(__file__).parents[2] / "blueprints"
_FILE: Final = _BLUEPRINTS / "tickets.json"
_AT_MOST: Final = timedelta(days=28)


def plant(api: Api, contacts: Mapping[str, str], home: Home) -> None:
    """Open the sample tickets, once: where the first one's customer has any, all are there.
    `contacts` are the customers' ids by their addresses. Raises `Trouble`."""
    samples = json.loads(_FILE.read_text())
    first = contacts[samples[0]["contact"]]
    if api.read(f"/v1/tickets?contact={first}")["items"]:
        return
    office = json.loads((_BLUEPRINTS / "sla_policies.json").read_text())["calendars"]["office"]
    calendar, now = BusinessCalendar.model_validate(office), datetime.now(UTC)
    with _past(home) as at:
        # The first comes last: it says that all are there.
        for given in reversed(samples):
            ticket, then = dict(given), list(given.get("then", ()))
            ticket.pop("then", None)
            at(_ago(calendar, now, ticket.pop("minutes_ago")))
            ticket["contact_id"] = contacts[ticket.pop("contact")]
            made = api.write("POST", "/v1/tickets/on-behalf", ticket)
            for step in then:
                at(_ago(calendar, now, step.pop("minutes_ago")))
                api.write("POST", f"/v1/tickets/{made['ticket_id']}/{step.pop('do')}", step)


def _ago(calendar: BusinessCalendar, now: datetime, minutes: int) -> timedelta:
    """How long ago it was so many working minutes before `now`."""
    least, most = timedelta(), _AT_MOST
    while most - least > timedelta(seconds=30):
        middle = (least + most) / 2
        if business_minutes_between(calendar, now - middle, now) < minutes:
            least = middle
        else:
            most = middle
    return most


@contextmanager
def _past(home: Home) -> Iterator[Any]:
    """Lets the product's clock stand so long before the real one as it is told, and puts it back
    where it was."""
    before = rest.ahead(home)
    try:
        yield lambda ago: rest.set_ahead(home, -ago)
    finally:
        rest.set_ahead(home, before)
