"""What the figures of support say of some days (row V11). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

from pydantic import BaseModel, Field

from .durations import mean, median, percentile, rounded, share
from .repository import Row

GroupedBy = Literal["agent", "queue", "topic", "day"]
MAX_ROWS: Final = 200
"""So many agents, queues or topics are told of, those with most tickets."""

_DAY: Final = timedelta(days=1)


class Timing(BaseModel):
    """How long answers, or resolutions, took: business minutes less pauses. `count` is how many
    there were, those of tickets without deadlines included, of which no time is known. `met` came
    in time, `missed` did not or not yet; `sla_percent` is `met` of both."""

    count: int
    mean: float | None
    median: float | None
    p90: int | None
    met: int
    missed: int
    sla_percent: float | None


class Figures(BaseModel):
    """Figures of some days: see `counting` for what counts where. `backlog` waits for us
    (`with_us`) or the customer (`pending`): of a day at its end, else now."""

    opened: int
    resolved: int
    backlog: int | None
    with_us: int | None
    pending: int | None
    first_response: Timing
    resolution: Timing
    settled: int
    reopened: int
    reopen_percent: float | None


class Group(Figures):
    """Figures of an agent, a queue, a topic or a day. `opened_before` is how many were opened in
    as many days before; `trend_percent` is how many more or fewer that is now."""

    key: str
    name: str
    opened_before: int | None = None
    trend_percent: float | None = None


class Day(BaseModel):
    """What came and went on a day, what was left of it at the end, and how long the middle first
    answer and solution of the day took: business minutes."""

    day: date
    opened: int
    resolved: int
    backlog: int
    first_response_median: float | None
    resolution_median: float | None


class Report(BaseModel):
    """How support did from one day to another, both included. `more`: there are further rows."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    by: GroupedBy
    total: Figures
    rows: list[Group]
    more: bool
    days: list[Day]


class Kept(BaseModel):
    """What a report is made of: figures by day of all together (from `before` up to today), those
    by what is asked for, and what is so at present."""

    together: list[Row]
    present: Mapping[str, int]
    today: date
    grouped: list[Row] = []
    present_by: dict[str, Mapping[str, int]] = {}


def before(first: date, last: date) -> date:
    """The first of as many days that come before."""
    return first - (last - first) - _DAY


def report_of(
    first: date, last: date, by: GroupedBy, kept: Kept, names: Mapping[str, str]
) -> Report:
    """The report of the days from `first` to `last`."""
    within = [row for row in kept.together if str(first) <= row[0] <= str(last)]
    days = _days(first, last, kept)
    total = _figures(_sum(within), kept.present)
    rows = _rows_by_day(within, days) if by == "day" else _rows(first, last, kept, names)
    return Report(
        first=first,
        last=last,
        by=by,
        total=total,
        rows=rows[:MAX_ROWS] if by != "day" else rows,
        more=by != "day" and len(rows) > MAX_ROWS,
        days=days,
    )


def _rows(first: date, last: date, kept: Kept, names: Mapping[str, str]) -> list[Group]:
    held: dict[str, list[Row]] = {value: [] for value, now in kept.present_by.items() if now}
    earlier: Counter[str] = Counter()
    for row in kept.grouped:
        day, value, figures = row
        if day >= str(first):
            held.setdefault(value, []).append(row)
        else:
            earlier[value] += figures.get("opened", 0)
    groups = [
        _group(value, names.get(value, value), rows, kept.present_by.get(value, {}), earlier[value])
        for value, rows in held.items()
    ]
    told = [one for one in groups if _any(one)]
    return sorted(told, key=lambda one: (-one.opened, -(one.backlog or 0), one.key))


def _group(
    value: str, name: str, rows: Sequence[Row], present: Mapping[str, int], earlier: int
) -> Group:
    figures = _figures(_sum(rows), present)
    trend = rounded(Fraction(100 * (figures.opened - earlier), earlier)) if earlier else None
    return Group(
        **figures.model_dump(), key=value, name=name, opened_before=earlier, trend_percent=trend
    )


def _rows_by_day(rows: Iterable[Row], days: Sequence[Day]) -> list[Group]:
    held = {day: figures for day, _, figures in rows}
    found: list[Group] = []
    for one in days:
        figures = _figures(held.get(str(one.day), {}), {})
        about = {"backlog": one.backlog, "with_us": None, "pending": None}
        found.append(
            Group(**{**figures.model_dump(), **about}, key=str(one.day), name=str(one.day))
        )
    return found


def _days(first: date, last: date, kept: Kept) -> list[Day]:
    """What came and went by day, up to today. What was left at the end of each is what is left
    now, less what came since and with what went since."""
    held = {name: figures for name, _, figures in kept.together}
    last = min(last, max([kept.today, *map(date.fromisoformat, held)]))
    left = kept.present.get("backlog", 0)
    for name, figures in held.items():
        if name > str(last):
            left += figures.get("resolution_count", 0) - figures.get("opened", 0)
    found: list[Day] = []
    day = last
    while day >= first:
        figures = held.get(str(day), {})
        opened, resolved = figures.get("opened", 0), figures.get("resolution_count", 0)
        found.append(
            Day(
                day=day,
                opened=opened,
                resolved=resolved,
                backlog=left,
                first_response_median=_timing("first_", figures).median,
                resolution_median=_timing("resolution_", figures).median,
            )
        )
        left += resolved - opened
        day -= _DAY
    return found[::-1]


def _sum(rows: Iterable[Row]) -> Counter[str]:
    total: Counter[str] = Counter()
    for _, _, figures in rows:
        total.update(figures)
    return total


def _figures(counts: Mapping[str, int], present: Mapping[str, int]) -> Figures:
    settled, reopened = counts.get("settled", 0), counts.get("reopened", 0)
    return Figures(
        opened=counts.get("opened", 0),
        resolved=counts.get("resolution_count", 0),
        backlog=present.get("backlog", 0),
        with_us=present.get("with_us", 0),
        pending=present.get("pending", 0),
        first_response=_timing("first_", counts),
        resolution=_timing("resolution_", counts),
        settled=settled,
        reopened=reopened,
        reopen_percent=share(reopened, settled),
    )


def _timing(prefix: str, counts: Mapping[str, int]) -> Timing:
    took: dict[int, int] = {}
    for name, number in counts.items():
        minutes = name.removeprefix(prefix)
        if minutes != name and minutes.isdecimal() and number > 0:
            took[int(minutes)] = number
    met, missed = counts.get(f"{prefix}met", 0), counts.get(f"{prefix}missed", 0)
    return Timing(
        count=counts.get(f"{prefix}count", 0),
        mean=mean(counts.get(f"{prefix}ms", 0), sum(took.values())),
        median=median(took),
        p90=percentile(took, 90),
        met=met,
        missed=missed,
        sla_percent=share(met, met + missed),
    )


def _any(one: Group) -> bool:
    return any((one.opened, one.resolved, one.backlog, one.settled, one.opened_before)) or any(
        (one.first_response.count, one.first_response.missed, one.resolution.missed)
    )
