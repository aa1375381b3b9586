"""Daily figures of hand-offs, counted in the transaction that changes one.

| entity | pk | sk |
|---|---|---|
| one shard of one day (UTC) | `REPORT#HAND_OFFS` | `<yyyy-mm-dd>#<shard>` |

Everything that becomes of a hand-off is counted on the day it was *offered*, so that a day's
accepted, rejected and missed are parts of its offered and a rate never exceeds one. Asked by
hand_off_query: the days from one to another.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final
from zlib import crc32

from pydantic import BaseModel

from shared.kernel.clock import parse_instant
from shared.platform.requests import Update
from shared.platform.tables import Table
from shared.sales.tables import SALES

SHARDS: Final = 8
"""A day's writers share so many items."""

_PARTITION: Final = "REPORT#HAND_OFFS"

FIGURES: Final = ("offered", "accepted", "rejected", "missed")

sales = Table(SALES)


SPEEDS: Final = {
    "accepted_15m": timedelta(minutes=15),
    "accepted_1h": timedelta(hours=1),
    "accepted_4h": timedelta(hours=4),
    "accepted_1d": timedelta(days=1),
    "accepted_later": timedelta.max,
}
"""Figures of hand-offs accepted within so long, each without those of the figure before."""

COUNTED: Final = (*FIGURES, *SPEEDS)


class Figures(BaseModel):
    """Hand-offs offered in some days, and what became of them so far.

    `acceptance_rate` is accepted ÷ offered with four decimals, `None` without any offered.
    `accepted_15m` to `accepted_later` divide the accepted by the time they took (see `SPEEDS`),
    by the clock on the wall, nights included.
    """

    offered: int = 0
    accepted: int = 0
    rejected: int = 0
    missed: int = 0
    accepted_15m: int = 0
    accepted_1h: int = 0
    accepted_4h: int = 0
    accepted_1d: int = 0
    accepted_later: int = 0
    acceptance_rate: str | None = None


def count_ops(seed: str, *counted: tuple[str, str, int]) -> list[Update]:
    """Add to figures: each of `counted` is (when the hand-off was offered as ISO text, figure,
    change). `seed` spreads the writers. One operation per day."""
    days: dict[str, Counter[str]] = {}
    for offered_at, figure, change in counted:
        days.setdefault(offered_at[:10], Counter())[figure] += change
    shard = crc32(seed.encode()) % SHARDS
    return [
        Update({"pk": _PARTITION, "sk": f"{day}#{shard}"}, add=dict(figures))
        for day, figures in days.items()
    ]


def answer_ops(seed: str, offered_at: str, figure: str, at: datetime) -> list[Update]:
    """Count the owner's answer at `at`: `accepted`, with how long it took, or `rejected`."""
    counted = [(offered_at, figure, 1)]
    if figure == "accepted":
        took = at - parse_instant(offered_at)
        speed = next(name for name, longest in SPEEDS.items() if took <= longest)
        counted.append((offered_at, speed, 1))
    return count_ops(seed, *counted)


def report(first: date, last: date) -> tuple[Figures, dict[str, Figures]]:
    """The figures of the days `first` to `last` together, and of each day that has any.

    One query: a year is 350 KB at most.
    """
    days: dict[str, Counter[str]] = {}
    for item in sales.query_all(_PARTITION, between=(f"{first}#", f"{last}#~")):
        figures = {name: item.get(name, 0) for name in COUNTED}
        days.setdefault(item["sk"][:10], Counter()).update(figures)
    total: Counter[str] = sum(days.values(), Counter())
    return _figures(total), {day: _figures(counted) for day, counted in sorted(days.items())}


def _figures(counted: Counter[str]) -> Figures:
    offered = counted["offered"]
    rate = f"{counted['accepted'] / offered:.4f}" if offered else None
    return Figures(**{name: counted[name] for name in COUNTED}, acceptance_rate=rate)
