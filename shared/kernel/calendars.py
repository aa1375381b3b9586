"""Business hours: when a deadline of so many working minutes falls, exact in every time zone.

A calendar is local intent (hours on a wall clock in a zone); only these functions turn it into
instants. Opening hours of a date are the instants between two wall-clock times. A time the clock
skips stands for the instant of the skip and a time it repeats for its first occurrence, so
adjoining intervals adjoin in real time too, and every elapsed minute counts once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_MINUTES_A_DAY: Final = 24 * 60

SEARCH_DAYS: Final = 3 * 366
"""How many days in a row may be closed before a calendar counts as closed for good."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEK: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class NoBusinessHours(ValueError):
    """A calendar stays closed for years: no deadline can be told."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Wall-clock minutes after midnight, `[start, end)`; `end` may be midnight (1440)."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock_text(self.start)}-{_clock_text(self.end)}"


def _clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(text: str) -> int:
    hours, colon, minutes = text.partition(":")
    if not (colon and len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal()):
        raise ValueError("a time is written HH:MM")
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > _MINUTES_A_DAY:
        raise ValueError("a time is between 00:00 and 24:00")
    return minute


def _interval(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    start, _, end = value.partition("-")
    return _between(start.strip(), end.strip())


@lru_cache(maxsize=1_024)
def _between(start: str, end: str) -> Interval:
    # Whoever asks for a page works by a calendar, and most calendars by the same hours.
    interval = Interval(_minute(start), _minute(end))
    if interval.start >= interval.end:
        raise ValueError("an interval ends after it starts; a night is two intervals")
    return interval


def _apart(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    ordered = tuple(sorted(intervals))
    if any(b.start < a.end for a, b in pairwise(ordered)):
        raise ValueError("intervals of a day do not overlap")
    return ordered


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `ValueError` for a name nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("not the name of an IANA time zone") from error


def _known_zone(name: str) -> str:
    zone_of(name)
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
"""An IANA zone name such as `Asia/Kathmandu`."""

Hours = Annotated[
    Interval, BeforeValidator(_interval, json_schema_input_type=str), PlainSerializer(str)
]
"""An interval, written `10:00-17:00` in JSON."""


class BusinessCalendar(BaseModel):
    """When somebody works: `{"zone": "Asia/Kathmandu", "hours": {"sun": ["10:00-17:00"]}}`.

    A weekday not listed is closed, a date in `holidays` is closed whatever its weekday.
    `holiday_country` (ISO 3166-1 alpha-2) stands for that country's public holidays; whoever
    loads the calendar adds them to `holidays` before computing, for the kernel reads no data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: Zone
    hours: dict[Weekday, Annotated[tuple[Hours, ...], AfterValidator(_apart)]]
    holidays: frozenset[date] = frozenset()
    holiday_country: str | None = None

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The opening hours of a local date, in order."""
        return () if day in self.holidays else self.hours.get(_WEEK[day.weekday()], ())


def local_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a wall clock in `zone` shows `minute` minutes after midnight."""
    naive = datetime(day.year, day.month, day.day) + minute * MINUTE
    early = naive.replace(tzinfo=zone).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == naive:
        return early
    # Skipped: the offsets before and after disagree, and the skip lies between their answers.
    late, early = early, naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def openings(calendar: BusinessCalendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening hours as instants, ascending, beginning with those not over at `since`.

    Ends after `SEARCH_DAYS` closed days in a row.
    """
    zone = zone_of(calendar.zone)
    # One day early, so that hours up to midnight and changes of offset cannot be overlooked.
    day = since.astimezone(zone).date() - _DAY
    closed = 0
    while closed <= SEARCH_DAYS:
        closed += 1
        for interval in calendar.intervals(day):
            opens = local_instant(day, interval.start, zone)
            closes = local_instant(day, interval.end, zone)
            if closes > since and closes > opens:
                closed = 0
                yield max(opens, since), closes
        day += _DAY


def add_business_minutes(calendar: BusinessCalendar, start: datetime, minutes: float) -> datetime:
    """The instant by which `minutes` (≥ 0) of business time have passed since `start`.

    A deadline that falls on closing time stays there, and nothing added is `start` itself, even
    outside business hours. Raises `NoBusinessHours`.
    """
    left = timedelta(minutes=minutes)
    if left < timedelta():
        raise ValueError("business time is only added")
    if not left:
        return start
    for opens, closes in openings(calendar, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NoBusinessHours("the calendar has no business hours within three years")


def business_minutes_between(calendar: BusinessCalendar, start: datetime, end: datetime) -> float:
    """Business minutes (to the microsecond) from `start` to `end`; negative when `end` is first."""
    if end < start:
        return -business_minutes_between(calendar, end, start)
    total = timedelta()
    for opens, closes in openings(calendar, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total / MINUTE


def is_open(calendar: BusinessCalendar, at: datetime) -> bool:
    """Whether `at` lies within business hours."""
    opens = next(openings(calendar, at), None)
    return opens is not None and opens[0] <= at
