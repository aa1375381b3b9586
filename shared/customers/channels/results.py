"""What came of each channel in each month: interactions, replies, purchases, revenue.

Counted by a consumer of the events, each of which leaves a receipt in the transaction that counts
it: heard of again, it counts nothing.

| entity (table `customers`) | pk | sk |
|---|---|---|
| figures of one month (UTC) and channel | `REPORT#CHANNELS` | `<yyyy-mm>#<channel>` |
| receipt: this event is counted | `COUNTED#<event id>` | `CHANNEL` |

| question | key | asked by |
|---|---|---|
| figures of the months from one to another | table | channel_admin |

A receipt is kept for as long as an event may come again from archive and dead letters, twice over.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel

from shared.customers.tables import CUSTOMERS
from shared.platform.requests import Condition, Op, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

PARTITION: Final = "REPORT#CHANNELS"
MAX_MONTHS: Final = 60
RECEIPT_KEPT: Final = timedelta(days=60)
FIGURES: Final = ("interactions", "replies", "purchases", "returns")
_REVENUE: Final = "revenue_"

customers: Final = Table(CUSTOMERS)

_NOT_COUNTED: Final = Condition(
    "event_not_counted", "attribute_not_exists(#pk)", "an event is heard of more than once"
)


class ChannelResult(BaseModel):
    """The figures of one channel in one month (`2025-06`, UTC). `revenue` is by currency in minor
    units, less what came back."""

    month: str
    channel: str
    interactions: int = 0
    replies: int = 0
    purchases: int = 0
    returns: int = 0
    revenue: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Counted:
    """What one event adds: `figures` by name, and `revenue` by currency."""

    event_id: str
    month: str
    channel: str
    figures: Sequence[str] = ()
    revenue: dict[str, int] = field(default_factory=dict)


def count_results(counted: Iterable[Counted], now: datetime) -> None:
    """Count those of up to fifty events that are not counted yet. One write for all; one more
    where some were counted already."""
    waiting = list({one.event_id: one for one in counted}.values())
    while waiting:
        receipts: list[Op] = [_receipt(one, now) for one in waiting]
        try:
            customers.write(*receipts, *_adding(waiting))
        except ConditionFailed as refused:
            waiting = [one for at, one in enumerate(waiting) if refused.found(at) is None]
        else:
            return


def results(first: str, last: str) -> list[ChannelResult]:
    """The figures of the months `first` to `last` (`2025-06`), by month and channel. One query
    per megabyte: about 6,000 channels times months."""
    found = customers.query_all(PARTITION, between=(f"{first}#", f"{last}#~"))
    return [
        ChannelResult(
            month=item["sk"][:7],
            channel=item["sk"][8:],
            revenue={
                name.removeprefix(_REVENUE): amount
                for name, amount in sorted(item.items())
                if name.startswith(_REVENUE)
            },
            **{name: item.get(name, 0) for name in FIGURES},
        )
        for item in found
    ]


def months(first: str, last: str) -> list[str]:
    """The months from one to another, both included; none where `last` is before `first`."""
    start, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
    return [f"{one // 12:04d}-{one % 12 + 1:02d}" for one in range(start, end + 1)]


def _receipt(one: Counted, now: datetime) -> Put:
    item = {
        "pk": f"COUNTED#{one.event_id}",
        "sk": "CHANNEL",
        "expires_at": int((now + RECEIPT_KEPT).timestamp()),
    }
    return Put(item, _NOT_COUNTED)


def _adding(counted: Iterable[Counted]) -> list[Op]:
    sums: dict[tuple[str, str], Counter[str]] = {}
    for one in counted:
        known = sums.setdefault((one.month, one.channel), Counter())
        known.update(one.figures)
        known.update({f"{_REVENUE}{code}": amount for code, amount in one.revenue.items()})
    return [
        Update({"pk": PARTITION, "sk": f"{month}#{channel}"}, add=dict(figures))
        for (month, channel), figures in sums.items()
    ]
