"""A ticket's time has come: looked at afresh, acted on once (rows V1, V4).

| entity | pk | sk |
|---|---|---|
| alert: a level of escalation of a clock's run | `TICKET#<ticket_id>` | `ALERT#<clock>#<0001>#<level>` |

The alert is the receipt of its level: its key lets each be told of once, however often the timer
fires. The ticket remembers the last level of each clock, so that it is not looked at for nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import AlreadyHandled
from shared.platform.requests import Condition, Op, Put
from shared.support.assignment.giving import give
from shared.support.events import SlaBreached, SlaWarned, TicketEscalated, TicketEvent
from shared.support.sla.clocks import LEVELS, Level, Reading
from shared.support.tickets.deadlines import CLOSES_AFTER, reached
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import load
from shared.support.tickets.states import TicketState
from shared.support.tickets.stepping import Step, fact, take

TIMER: Final = "timer"
"""Who moved a ticket where nobody did."""

_NEW: Final = Condition(
    "alert_new",
    "attribute_not_exists(#pk)",
    "people are told of a level of escalation once, however often its timer fires",
)


def alert_key(ticket_id: str, clock: str, run: int, level: str) -> dict[str, str]:
    """The key of an alert."""
    return {"pk": f"TICKET#{ticket_id}", "sk": f"ALERT#{clock}#{run:04d}#{level}"}


def time_came(ticket_id: str, now: datetime) -> None:
    """Do what is due about a ticket, as it stands now: escalate the clocks that came to a level,
    close it when it has been resolved for long, look again who can take it. Raises `AlreadyHandled` when nothing is."""
    ticket = load(ticket_id)
    if ticket is None:
        raise AlreadyHandled("ticket_gone")
    if _waits_for_an_owner(ticket, now) and not reached(ticket, now):
        give(ticket, now)
        return
    take(ticket, lambda present: _due(present, now), now)


def _waits_for_an_owner(ticket: Ticket, now: datetime) -> bool:
    return ticket.owner_id is None and ticket.assign_at is not None and ticket.assign_at <= iso(now)


def _due(ticket: Ticket, now: datetime) -> Step:
    levels = reached(ticket, now)
    if levels:
        return escalation(ticket, levels, now)
    resolved = ticket.resolved_at if ticket.state is TicketState.RESOLVED else None
    if resolved and parse_instant(resolved) + CLOSES_AFTER <= now:
        return Step("moved", TIMER, values={"state": TicketState.CLOSED})
    raise AlreadyHandled("nothing_due")


def escalation(ticket: Ticket, levels: Sequence[tuple[Reading, Level]], now: datetime) -> Step:
    """What tells of these levels, each once."""
    noticed = dict(ticket.noticed)
    for reading, level in levels:
        noticed[reading.clock] = [reading.number, LEVELS.index(level)]
    told = [{"clock": one.clock, "run": one.number, "level": level} for one, level in levels]
    return Step(
        "escalated",
        TIMER,
        values={"noticed": noticed},
        details={"levels": told},
        events=lambda after: [_event(after, one, level) for one, level in levels],
        also=[_alert(ticket, one, level, now) for one, level in levels],
    )


def _alert(ticket: Ticket, reading: Reading, level: Level, now: datetime) -> Op:
    due = {"due_at": iso(reading.due)} if reading.due else {}
    item = {
        **alert_key(ticket.ticket_id, reading.clock, reading.number, level),
        "clock": reading.clock,
        "run": reading.number,
        "level": level,
        "at": iso(now),
        **due,
    }
    return Put(item, _NEW)


def _event(ticket: Ticket, reading: Reading, level: Level) -> TicketEvent:
    about = {"clock": reading.clock, "run": reading.number}
    if level == "manager":
        return fact(TicketEscalated, ticket, None, **about)
    kind = SlaWarned if level == "warn" else SlaBreached
    return fact(kind, ticket, None, **about, due_at=iso(reading.levels["breach"]))
