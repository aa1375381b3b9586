"""What one ticket counts as in the figures: all of them are sums of this over tickets. Pure.

Figures change by the difference between what a ticket counted as and what it counts as now. So
nothing counts twice and nothing drifts: who opens a ticket again takes its resolution out of the
figures, and a tag that is taken away takes what the ticket counted under it along.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

from shared.kernel.business_time import instant_of, millis
from shared.kernel.clock import parse_instant
from shared.support.sla.clocks import LEVELS, Reading, read, taken
from shared.support.sla.course import Course, restored
from shared.support.sla.policy import Clock
from shared.support.sla.stored import Rules
from shared.support.tickets.model import Ticket
from shared.support.tickets.states import WITH_US, TicketState

from .durations import counted_as

By = Literal["all", "agent", "queue", "topic"]
BYS: Final[tuple[By, ...]] = ("all", "agent", "queue", "topic")

NOBODY: Final = "unassigned"
TOPICS: Final = 7
"""So many tags of a ticket, the first ones, count: all it counts as changes in one transaction."""

NOW: Final = "now"
"""Stands for no day: what is so at present."""

_LEFT_OUT: Final = frozenset({TicketState.SPAM, TicketState.MERGED})
"""No matter of a customer, or part of another one."""


class Place(NamedTuple):
    """Where something counts: under which value of what, on which day (`NOW`: at present)."""

    by: By
    day: str
    value: str


Counts = Mapping[Place, Mapping[str, int]]


def counts_of(ticket: Ticket, rules: Rules | None) -> dict[Place, dict[str, int]]:
    """What a ticket counts as. A day is that on the wall where its hours are, else in UTC.

    `opened` counts on the day it was opened, an answer (`first_…`) and a resolution
    (`resolution_…`) on the days they came, what was not answered in time on the day its time was
    up; `settled` and `reopened` on the day it was first resolved. Answers are those of who gave
    them, everything else of who has the ticket.
    """
    counts: dict[Place, dict[str, int]] = defaultdict(dict)
    if ticket.state in _LEFT_OUT:
        return counts

    def add(day: str, who: str | None, what: Mapping[str, int]) -> None:
        for by, value in _places(ticket, who):
            held = counts[Place(by, day, value)]
            for name, number in what.items():
                held[name] = held.get(name, 0) + number

    course = restored(ticket.course, ticket.state, ticket.priority)
    readings = (
        read(course, rules.policy, rules.hours, parse_instant(ticket.updated_at)) if rules else {}
    )
    add(_day(millis(parse_instant(ticket.created_at)), rules), ticket.owner_id, {"opened": 1})
    _add_clock(add, "first_response", ticket, course, readings, rules)
    _add_clock(add, "resolution", ticket, course, readings, rules)
    if ticket.first_settled_at:
        day = _day(millis(parse_instant(ticket.first_settled_at)), rules)
        add(day, ticket.owner_id, {"settled": 1, "reopened": min(ticket.reopened, 1)})
    if course.resolution.stopped is None:
        state = "with_us" if ticket.state in WITH_US else "pending"
        add(NOW, ticket.owner_id, {"backlog": 1, state: 1})
    return dict(counts)


def difference(before: Counts, after: Counts) -> dict[Place, dict[str, int]]:
    """What figures change by: those that do."""
    changes: dict[Place, dict[str, int]] = {}
    for place in {*before, *after}:
        old, new = before.get(place, {}), after.get(place, {})
        moved = {name: new.get(name, 0) - old.get(name, 0) for name in {*old, *new}}
        if moved := {name: number for name, number in moved.items() if number}:
            changes[place] = moved
    return changes


def present_only(counts: Counts) -> dict[Place, dict[str, int]]:
    """What a ticket counts as at present, without its past."""
    return {place: dict(held) for place, held in counts.items() if place.day == NOW}


def _places(ticket: Ticket, who: str | None) -> Iterator[tuple[By, str]]:
    yield "all", "-"
    yield "agent", who or ticket.owner_id or NOBODY
    yield "queue", ticket.queue
    for topic in dict.fromkeys(tag.casefold() for tag in ticket.tags[:TOPICS]):
        yield "topic", topic


def _add_clock(
    add: Callable[[str, str | None, Mapping[str, int]], None],
    clock: Literal["first_response", "resolution"],
    ticket: Ticket,
    course: Course,
    readings: Mapping[Clock, Reading],
    rules: Rules | None,
) -> None:
    """How long it took, and whether that was in time."""
    run, short = course.runs[clock], clock.removesuffix("_response")
    reading = readings.get(clock)
    by = ticket.answered_by if clock == "first_response" else ticket.settled_by
    happened = run.stopped is not None and (clock == "resolution" or by is not None)
    if run.stopped is not None and happened:
        what = {f"{short}_count": 1}
        if rules:
            took = taken(course, run, rules.hours)
            what |= {f"{short}_ms": took, f"{short}_{counted_as(took)}": 1}
        if reading:
            what[f"{short}_{'met' if reading.state == 'met' else 'missed'}"] = 1
        add(_day(run.stopped, rules), by, what)
    elif reading and _too_late(reading, ticket):
        at = reading.levels["breach"]
        add(_day(millis(at), rules), ticket.owner_id, {f"{short}_missed": 1})


def _too_late(reading: Reading, ticket: Ticket) -> bool:
    """Whether its time was up while nobody answered: as far as anything happened since."""
    run, level = ticket.noticed.get(reading.clock, [0, -1])
    told = run == reading.number and level >= LEVELS.index("breach")
    return "breach" in reading.levels and (reading.state in ("missed", "overdue") or told)


def _day(at: int, rules: Rules | None) -> str:
    return str(rules.hours.day_of(at) if rules else instant_of(at).date())
