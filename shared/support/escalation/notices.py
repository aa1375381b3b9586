"""Telling people by mail, and programs by webhook, that a ticket needs them (row V4).

A mail says which ticket and by when, never whose: what lies in somebody's mailbox cannot be
erased. Before anybody is told, the ticket is looked at again: who answered meanwhile is told
nothing.

| entity | pk | sk |
|---|---|---|
| claim of one mail (see platform.mail) | `NOTICE#<event_id>` | `<staff_id>` |
| claim of one call of a program | `NOTICE#<event_id>` | `WEBHOOK#<queue>` |
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shared.directory.model import StaffMember
from shared.directory.repository import staff_member, team
from shared.kernel.calendars import zone_of
from shared.kernel.clock import parse_instant
from shared.platform.letters import written
from shared.platform.mail import Mail, one_line, send_once
from shared.platform.observability import count, logger
from shared.platform.settings import settings
from shared.support.events import (
    SlaBreached,
    SlaWarned,
    TicketAssigned,
    TicketEscalated,
    TicketEvent,
    TicketMessageAdded,
)
from shared.support.queues.model import Queue
from shared.support.queues.stored import queue_of
from shared.support.sla.course import restored
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import load, message_at, support
from shared.support.tickets.states import ENDED

from .webhook import call_once

_CLOCKS: Final = {
    "first_response": "the first answer",
    "next_reply": "an answer",
    "resolution": "a solution",
}


@dataclass(frozen=True, slots=True)
class _Notice:
    template: str
    subject: str
    people: tuple[str, ...]
    due_at: str | None = None
    clock: str | None = None


def tell(fact: TicketEvent, templates: Path, now: datetime) -> None:
    """Tell whoever a fact concerns, each once: a warning the owner (or who supervises where there
    is none), a breach the supervisors, an escalation the managers, an assignment the new owner, a
    note those it names.
    Raises `Busy` when mail or the program cannot be reached for now."""
    if isinstance(fact, TicketMessageAdded) and fact.public:
        return
    ticket = load(fact.ticket_id)
    if ticket is None or _over(ticket, fact):
        return
    queue = queue_of(ticket.queue, now)
    notice = _notice(fact, ticket, queue)
    if notice is None:
        return
    people = [one for one in map(staff_member, notice.people) if one and not one.disabled]
    if not people:
        count("NobodyToAlert")
        logger().error("nobody is told of a ticket", extra={"ticket_id": ticket.ticket_id})
    for one in people:
        _mail(fact, ticket, notice, one, templates, now)
    if queue.webhook and isinstance(fact, SlaWarned | SlaBreached | TicketEscalated):
        _call(fact, ticket, queue, now)


def _over(ticket: Ticket, fact: TicketEvent) -> bool:
    """Whether what the fact was about is settled by now."""
    if ticket.state in ENDED:
        return True
    clock, number = getattr(fact, "clock", None), getattr(fact, "run", None)
    if clock is None:
        return False
    course = restored(ticket.course, ticket.state, ticket.priority)
    run = course.runs.get(clock)
    return run is None or run.number != number or run.stopped is not None


def _notice(fact: TicketEvent, ticket: Ticket, queue: Queue) -> _Notice | None:
    name = ticket.reference
    if isinstance(fact, TicketAssigned):
        if fact.owner_id in (None, fact.by) or ticket.owner_id != fact.owner_id:
            return None
        return _Notice("assigned", f"Ticket {name} is yours", (str(fact.owner_id),), ticket.due_at)
    if isinstance(fact, TicketMessageAdded):
        people = _mentioned(fact)
        return _Notice("mentioned", f"You were named on ticket {name}", people) if people else None
    if isinstance(fact, SlaWarned):
        people = (ticket.owner_id,) if ticket.owner_id else _supervisors(queue)
        return _Notice(
            "warned", f"Ticket {name} needs an answer soon", people, fact.due_at, fact.clock
        )
    if isinstance(fact, SlaBreached):
        people = _all((*_supervisors(queue), *ticket.watchers))
        return _Notice("breached", f"Ticket {name} is late", people, fact.due_at, fact.clock)
    if isinstance(fact, TicketEscalated):
        people = _all((*(queue.managers or _supervisors(queue)), *ticket.watchers))
        return _Notice("escalated", f"Ticket {name} was escalated to you", people, ticket.due_at)
    return None


def _mentioned(fact: TicketMessageAdded) -> tuple[str, ...]:
    """Those a note names: its message is called by the version it came with."""
    message = message_at(fact.ticket_id, fact.version)
    return tuple(one for one in message.mentions if one != fact.by) if message else ()


def _supervisors(queue: Queue) -> tuple[str, ...]:
    if queue.supervisors:
        return tuple(queue.supervisors)
    of_team = team(queue.team_id) if queue.team_id else None
    return (of_team.manager_id,) if of_team and of_team.manager_id else ()


def _all(people: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))


def _mail(
    fact: TicketEvent,
    ticket: Ticket,
    notice: _Notice,
    to: StaffMember,
    templates: Path,
    now: datetime,
) -> None:
    base = settings().need("public_base_url").rstrip("/")
    zone = to.working_hours.zone
    about: dict[str, Any] = {
        "name": one_line(to.name),
        "reference": ticket.reference,
        "priority": ticket.priority.value,
        "queue": ticket.queue,
        "what": _CLOCKS.get(notice.clock or "", "an answer"),
        "deadline": _on_the_wall(notice.due_at, zone) if notice.due_at else "",
        "link": f"{base}/console/tickets/{ticket.ticket_id}",
    }
    text, html = written(templates, notice.template, about)
    tags = {"notice": fact.event_id}
    mail = Mail(to=to.email, subject=notice.subject, text=text, html=html, tags=tags)
    send_once(support, {"pk": f"NOTICE#{fact.event_id}", "sk": to.staff_id}, mail, now)


def _call(fact: TicketEvent, ticket: Ticket, queue: Queue, now: datetime) -> None:
    body = {
        "type": f"support.{fact.detail_type}",
        "timestamp": fact.model_dump(mode="json")["occurred_at"],
        "data": {
            "ticket_id": ticket.ticket_id,
            "queue": ticket.queue,
            "priority": ticket.priority.value,
            "clock": getattr(fact, "clock", None),
            "due_at": getattr(fact, "due_at", None),
        },
    }
    claim = {"pk": f"NOTICE#{fact.event_id}", "sk": f"WEBHOOK#{queue.id}"}
    call_once(support, claim, str(queue.webhook), fact.event_id, body, now)


def _on_the_wall(instant: str, zone: str) -> str:
    local = parse_instant(instant).astimezone(zone_of(zone))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone})"
