"""Business hours as a scale: how much business time there was up to an instant, and back.

`calendars` walks from one opening to the next, which is right for one deadline. Where one thing
needs hundreds (every pause of a ticket is a difference of two) the openings are laid out once, in
order, with the business time before each; both questions are then a binary search.

Instants are milliseconds since 1970 (`millis`) and business time is milliseconds: what is stored
has that resolution, and whole numbers leave nothing to rounding.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from .calendars import SEARCH_DAYS, BusinessCalendar, NoBusinessHours, local_instant, zone_of

MINUTE_MS: Final = 60_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_DAY: Final = timedelta(days=1)
_CHUNK_DAYS: Final = 35


def millis(instant: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (instant - _EPOCH) // _MS


def instant_of(ms: int) -> datetime:
    """The instant so many milliseconds after 1970."""
    return _EPOCH + ms * _MS


class BusinessTime:
    """The scale of one calendar, laid out as far as anybody asked, five weeks at a time.

    Only differences of readings mean something.
    """

    def __init__(self, calendar: BusinessCalendar) -> None:
        self._calendar = calendar
        self._zone = zone_of(calendar.zone)
        self._opens: list[int] = []
        self._before: list[int] = []
        """The reading at each opening."""
        self._after: list[int] = []
        """The reading at each closing."""
        self._days: tuple[date, date] | None = None
        """The days laid out: the first, and the one after the last."""
        self._sure: tuple[int, int] = (0, -1)
        """The instants that surely lie within those days, whatever the offset."""

    def day_of(self, at: int) -> date:
        """The date on the calendar's wall at an instant."""
        return instant_of(at).astimezone(self._zone).date()

    def elapsed(self, at: int) -> int:
        """The reading at an instant."""
        self._cover(at)
        place = bisect_right(self._opens, at) - 1
        if place < 0:
            return self._before[0] if self._before else 0
        return min(self._before[place] + at - self._opens[place], self._after[place])

    def reached(self, reading: int) -> int:
        """The first instant at which the scale shows `reading`, which lies above that of some
        instant asked about: so a deadline on closing time stays there. Raises
        `NoBusinessHours`."""
        closed = 0
        while not self._after or self._after[-1] < reading:
            before = len(self._after)
            self._later()
            closed = 0 if len(self._after) > before else closed + _CHUNK_DAYS
            if closed > SEARCH_DAYS:
                raise NoBusinessHours("the calendar has no business hours within three years")
        place = bisect_left(self._after, reading)
        return self._opens[place] + reading - self._before[place]

    def added(self, start: int, business: int) -> int:
        """The instant by which `business` (≥ 0) has passed since `start`; nothing added is
        `start` itself. Raises `NoBusinessHours`."""
        if business < 0:
            raise ValueError("business time is only added")
        return self.reached(self.elapsed(start) + business) if business else start

    def between(self, start: int, end: int) -> int:
        """Business time from `start` to `end`; negative when `end` is first."""
        return self.elapsed(end) - self.elapsed(start)

    def _cover(self, at: int) -> None:
        if self._days is None:
            middle = instant_of(at).date()
            self._days = (middle - _DAY * 3, middle - _DAY * 3)
            self._later()
        while at < self._sure[0]:
            self._earlier()
        while at > self._sure[1]:
            self._later()

    def _later(self) -> None:
        first, end = self._laid_out
        found = list(self._hours(end, end + _DAY * _CHUNK_DAYS))
        self._extend(found, self._after[-1] if self._after else 0, len(self._opens))
        self._now_laid_out(first, end + _DAY * _CHUNK_DAYS)

    def _earlier(self) -> None:
        first, end = self._laid_out
        found = list(self._hours(first - _DAY * _CHUNK_DAYS, first))
        length = sum(closes - opens for opens, closes in found)
        self._extend(found, (self._before[0] if self._before else 0) - length, 0)
        self._now_laid_out(first - _DAY * _CHUNK_DAYS, end)

    def _extend(self, found: list[tuple[int, int]], reading: int, place: int) -> None:
        """Put openings among the others at `place`, the first of them at `reading`."""
        before, after = [], []
        for opens, closes in found:
            before.append(reading)
            reading += closes - opens
            after.append(reading)
        self._opens[place:place] = [opens for opens, _ in found]
        self._before[place:place], self._after[place:place] = before, after

    @property
    def _laid_out(self) -> tuple[date, date]:
        if self._days is None:
            raise ValueError("a reading comes from an instant")
        return self._days

    def _now_laid_out(self, first: date, end: date) -> None:
        self._days = (first, end)
        # A local day begins up to 14 hours before and 12 after that of UTC; skips move it by one.
        self._sure = (_midnight(first + 2 * _DAY), _midnight(end - 2 * _DAY))

    def _hours(self, day: date, end: date) -> Iterator[tuple[int, int]]:
        while day < end:
            for interval in self._calendar.intervals(day):
                opens = millis(local_instant(day, interval.start, self._zone))
                closes = millis(local_instant(day, interval.end, self._zone))
                if closes > opens:
                    yield opens, closes
            day += _DAY


def _midnight(day: date) -> int:
    return millis(datetime(day.year, day.month, day.day, tzinfo=UTC))
