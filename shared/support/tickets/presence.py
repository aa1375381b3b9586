"""Who else is looking at a ticket or writing an answer: so that two do not do it at once.

| entity | pk | sk |
|---|---|---|
| somebody at the ticket, gone after a minute | `TICKET#<ticket_id>` | `PRESENCE#<staff_id>` |
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from shared.kernel.clock import iso
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.support.tables import SUPPORT

PRESENCE: Final = "PRESENCE#"
LASTS: Final = timedelta(seconds=60)
"""Whoever did not say so again within this is gone. Pages say it every half of it."""

Doing = Literal["viewing", "writing"]

support = Table(SUPPORT)


class Present(BaseModel):
    """Somebody at a ticket."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    staff_id: str
    doing: Doing
    at: str


def note(ticket_id: str, staff_id: str, doing: Doing, now: datetime) -> None:
    """Remember that somebody is at a ticket. One write."""
    newer = Condition(
        "presence_newer",
        "attribute_not_exists(#at) OR #at <= :at",
        "what was said late must not hide what was said since",
        {"at": iso(now)},
    )
    item: Item = {
        "pk": f"TICKET#{ticket_id}",
        "sk": f"{PRESENCE}{staff_id}",
        "doing": doing,
        "at": iso(now),
        "expires_at": int((now + LASTS).timestamp()),
    }
    try:
        support.write(Put(item, newer))
    except ConditionFailed:
        return


def others(ticket_id: str, staff_id: str, now: datetime) -> list[Present]:
    """Who else is at a ticket. One strong query."""
    page = support.query(f"TICKET#{ticket_id}", begins=PRESENCE, consistent=True)
    return [one for one in present_of(page.items, now) if one.staff_id != staff_id]


def present_of(items: Iterable[Item], now: datetime) -> list[Present]:
    """Those among the items of a ticket who are still at it: items go some time after."""
    since = iso(now - LASTS)
    return [
        Present.model_validate({**one, "staff_id": one["sk"].removeprefix(PRESENCE)})
        for one in items
        if str(one["sk"]).startswith(PRESENCE) and one["at"] > since
    ]
