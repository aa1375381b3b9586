"""The deadlines of a ticket as of an instant: a pure function of what happened (rows V3, V4).

A clock is due at the first instant at which its own time (business time since it started, less
pauses) reaches the target of its policy at the ticket's priority. So pauses before a deadline
move it by the business time they took, pauses after it do not, one on closing time stays there,
and a change of priority gives what the new target would have given from the start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from shared.kernel.business_time import MINUTE_MS, BusinessTime, instant_of, millis
from shared.kernel.calendars import BusinessCalendar
from shared.support.tickets.states import TicketState

from .course import Course, Happening, Run, followed
from .policy import Clock, Policy

ClockState = Literal["active", "paused", "overdue", "met", "missed", "void"]
"""`met` and `missed`: it stopped in time, or not. `void`: the ticket is spam or was merged."""

Level = Literal["warn", "breach", "manager"]
LEVELS: Final[tuple[Level, ...]] = ("warn", "breach", "manager")
"""The levels of escalation, in the order they are reached."""

WARN_AT: Final = (3, 4)
"""A warning comes when three quarters of the time are gone (row V4)."""

MANAGER_AFTER: Final = 60
"""Business minutes after the breach at which the manager is told (row V4)."""

_VOID: Final = frozenset({TicketState.MERGED, TicketState.SPAM})


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock as of an instant.

    `target` and `remaining` (negative when overdue) are business minutes, `paused` those that do
    not count. `due` is `None` while the clock is paused: the deadline moves on until the pause
    ends. `levels` are the instants at which each level of escalation is or would be reached.
    """

    clock: Clock
    number: int
    state: ClockState
    target: int
    started: datetime
    due: datetime | None
    stopped: datetime | None
    used: float
    paused: float
    levels: Mapping[Level, datetime]

    @property
    def remaining(self) -> float:
        """Business minutes left."""
        return self.target - self.used

    @property
    def runs(self) -> bool:
        """Whether time may still bring an escalation."""
        return self.state in ("active", "overdue")


def clocks(
    events: Iterable[Happening], policy: Policy, calendar: BusinessCalendar, as_of: datetime
) -> dict[Clock, Reading]:
    """Every clock that ever ran and has a target, read from scratch from the events up to
    `as_of`. Events are in order, the first says how the ticket was opened."""
    until = millis(as_of)
    known = [event for event in events if event.at <= until]
    return read(followed(known), policy, BusinessTime(calendar), as_of)


def read(
    course: Course, policy: Policy, hours: BusinessTime, as_of: datetime
) -> dict[Clock, Reading]:
    """Every clock of a course that has a target, as of an instant after all its events."""
    found: dict[Clock, Reading] = {}
    for name, run in course.runs.items():
        clock: Clock = name  # type: ignore[assignment]
        target = policy.target(run.priority or course.priority, clock)
        if target is not None:
            found[clock] = _reading(clock, run, target, course, hours, millis(as_of))
    return found


def _reading(
    clock: Clock, run: Run, target: int, course: Course, hours: BusinessTime, now: int
) -> Reading:
    until = now if run.stopped is None else run.stopped
    own = _OwnTime(run, until, course, hours)
    due = own.reach(target * MINUTE_MS)
    used, paused = own.used(until)
    state: ClockState
    if course.state in _VOID and run.stopped is None:
        state = "void"
    elif run.stopped is not None:
        state = "met" if due is None or run.stopped <= due else "missed"
    elif due is not None and now > due:
        state = "overdue"
    else:
        state = "active" if course.paused is None else "paused"
    at = {
        "warn": own.reach(target * MINUTE_MS * WARN_AT[0] // WARN_AT[1]),
        "breach": due,
        "manager": own.reach((target + MANAGER_AFTER) * MINUTE_MS),
    }
    return Reading(
        clock=clock,
        number=run.number,
        state=state,
        target=target,
        started=instant_of(run.started),
        due=None if due is None else instant_of(due),
        stopped=None if run.stopped is None else instant_of(run.stopped),
        used=used / MINUTE_MS,
        paused=paused / MINUTE_MS,
        levels={level: instant_of(ms) for level in LEVELS if (ms := at[level]) is not None},
    )


def taken(course: Course, run: Run, hours: BusinessTime) -> int:
    """Business milliseconds, less pauses, that a run which stopped took, whatever its target."""
    if run.stopped is None:
        raise ValueError("a run has taken its time when it stopped")
    return _OwnTime(run, run.stopped, course, hours).used(run.stopped)[0]


class _OwnTime:
    """The time of one run of a clock: business time less pauses. Readings of pauses are taken
    once, for all the instants that are asked for."""

    def __init__(self, run: Run, until: int, course: Course, hours: BusinessTime) -> None:
        self._hours = hours
        self._started = hours.elapsed(run.started)
        present = course.paused if course.paused is not None and course.paused <= until else None
        pauses = course.pauses
        if present is not None and run.stopped is not None:
            # For a clock that stopped, the pause is over when it did.
            pauses, present = [*pauses, (present, until)], None
        elapsed, started = hours.elapsed, run.started
        self._pauses = [
            (elapsed(max(begun, started)), elapsed(min(ended, until)))
            for begun, ended in pauses
            if ended > started and begun < until
        ]
        # The present pause ends nobody knows when: nothing is reached after it.
        self._open = None if present is None else elapsed(max(present, started))

    def reach(self, business: int) -> int | None:
        """The first instant at which so much of the clock's time has passed; `None` when a pause
        that is not over stands before it."""
        reading = self._started + business
        for begun, ended in self._pauses:
            if begun >= reading:
                break
            reading += ended - begun
        if self._open is not None and self._open < reading:
            return None
        return self._hours.reached(reading)

    def used(self, until: int) -> tuple[int, int]:
        """The clock's own time until an instant, and the business time of pauses within it."""
        end = self._hours.elapsed(until)
        paused = sum(ended - begun for begun, ended in self._pauses)
        if self._open is not None:
            paused += max(end - self._open, 0)
        return end - self._started - paused, paused
