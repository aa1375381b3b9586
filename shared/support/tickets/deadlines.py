"""What a ticket's clocks say of it now: which deadline comes first, and when to look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.kernel.clock import parse_instant
from shared.support.sla.clocks import LEVELS, Level, Reading, read
from shared.support.sla.course import restored
from shared.support.sla.policy import Clock
from shared.support.sla.stored import rules_of

from .model import Ticket
from .states import WITH_US, TicketState

CLOSES_AFTER: Final = timedelta(days=7)
"""A resolved ticket that nobody writes to is closed after this (row V1)."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """`due` is the next deadline that runs, of `clock`; `look_at` when something is to be done
    about the ticket: a level of escalation, or closing it."""

    due: datetime | None = None
    clock: Clock | None = None
    look_at: datetime | None = None


def readings(ticket: Ticket, as_of: datetime) -> dict[Clock, Reading]:
    """The ticket's clocks as of an instant no earlier than its last change."""
    rules = rules_of(ticket.policy)
    if rules is None:
        return {}
    course = restored(ticket.course, ticket.state, ticket.priority)
    return read(course, rules.policy, rules.hours, as_of)


def ahead(ticket: Ticket, at: datetime) -> Ahead:
    """What lies ahead of a ticket that changed at `at`."""
    found = readings(ticket, at)
    due: datetime | None = None
    clock: Clock | None = None
    times = [at for one in found.values() for at in _unnoticed(ticket.noticed, one).values()]
    for one in found.values():
        if one.runs and one.due is not None and (due is None or one.due < due):
            due, clock = one.due, one.clock
    if ticket.state is TicketState.RESOLVED and ticket.resolved_at:
        times.append(parse_instant(ticket.resolved_at) + CLOSES_AFTER)
    if ticket.assign_at and ticket.owner_id is None and ticket.state in WITH_US:
        times.append(parse_instant(ticket.assign_at))
    return Ahead(due, clock, min(times, default=None))


def reached(ticket: Ticket, at: datetime) -> list[tuple[Reading, Level]]:
    """The levels of escalation a ticket has come to by `at` and nobody was told of: of each clock
    all but a warning that a breach has overtaken."""
    found: list[tuple[Reading, Level]] = []
    for one in readings(ticket, at).values():
        come = [level for level, when in _unnoticed(ticket.noticed, one).items() if when <= at]
        if "breach" in come and "warn" in come:
            come.remove("warn")
        found += [(one, level) for level in come]
    return found


def _unnoticed(noticed: Mapping[str, list[int]], of: Reading) -> dict[Level, datetime]:
    if not of.runs:
        return {}
    run, last = noticed.get(of.clock, [0, -1])
    known = last if run == of.number else -1
    return {
        level: of.levels[level]
        for number, level in enumerate(LEVELS)
        if number > known and level in of.levels
    }
