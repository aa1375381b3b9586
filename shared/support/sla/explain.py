"""Why a clock says what it says: the stretches of time it is made of. Pure (row X2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.kernel.business_time import MINUTE_MS, BusinessTime, instant_of, millis

from .clocks import Reading, read
from .course import Course
from .policy import Clock, Policy


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a clock ran or stood, and the business minutes in it. Those of all
    stretches that ran add up to what the clock has used, those in which it stood to its pauses."""

    since: datetime
    until: datetime
    what: Literal["ran", "paused"]
    minutes: float


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock's reading with the stretches behind it."""

    reading: Reading
    stretches: tuple[Stretch, ...]


def explained(
    course: Course, policy: Policy, hours: BusinessTime, as_of: datetime
) -> Mapping[Clock, Explained]:
    """Every clock of a course as of an instant after all its events."""
    return {
        clock: Explained(found, _stretches(course, found, hours, as_of))
        for clock, found in read(course, policy, hours, as_of).items()
    }


def _stretches(
    course: Course, reading: Reading, hours: BusinessTime, as_of: datetime
) -> tuple[Stretch, ...]:
    start = millis(reading.started)
    end = millis(reading.stopped or as_of)
    pauses = [*course.pauses, *([(course.paused, end)] if course.paused is not None else [])]
    found: list[Stretch] = []
    at = start
    for begun, ended in pauses:
        begun, ended = max(begun, at), min(ended, end)
        if begun >= ended:
            continue
        if begun > at:
            found.append(_stretch(at, begun, "ran", hours))
        found.append(_stretch(begun, ended, "paused", hours))
        at = ended
    if at < end or not found:
        found.append(_stretch(at, end, "ran", hours))
    return tuple(found)


def _stretch(
    since: int, until: int, what: Literal["ran", "paused"], hours: BusinessTime
) -> Stretch:
    minutes = hours.between(since, until) / MINUTE_MS
    return Stretch(instant_of(since), instant_of(until), what, minutes)
