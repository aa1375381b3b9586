"""One more thing happens to a ticket: its next version, and the one write that stores it all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from shared.kernel.business_time import millis
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import Busy, Stale
from shared.kernel.ids import new_id
from shared.platform.requests import Op, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.support.events import TicketEvent, TicketStateChanged
from shared.support.sla.course import Course, Happening, Kind, restored, step, stored

from .model import Happened, Message, Ticket
from .repository import from_item, save_ops, support
from .states import TicketState

_KINDS: Final[dict[str, Kind]] = {
    "customer_message": "customer_message",
    "agent_reply": "agent_reply",
    "automatic_message": "automatic_message",
    "note": "note",
}
"""What is more to the clocks than a change of state or priority."""

_TICKET: Final = 0
ATTEMPTS: Final = 8

Event = TypeVar("Event", bound=TicketEvent)


class Repeated(Exception):
    """The receipt that was to be written with it says that it happened before; `found` is the
    receipt as it is."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__("happened before")
        self.found = found


@dataclass(frozen=True, slots=True)
class Step:
    """What is to happen: `kind` names it, `values` are what the ticket has since, `details` are
    kept with it. `message` makes the message of the ticket's new version, `events` the facts to
    publish. A `receipt` is written with it and refuses what happened before; `also` are further
    operations, and `beside` such of other tables; `load_seen` is the load its new owner must still
    have."""

    kind: str
    by: str
    values: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    message: Callable[[Ticket], Message] | None = None
    events: Callable[[Ticket], Sequence[TicketEvent]] = lambda _: ()
    receipt: Put | None = None
    also: Sequence[Op] = ()
    beside: Sequence[tuple[Table, Op]] = ()
    load_seen: int | None = None


def take(ticket: Ticket, decide: Callable[[Ticket], Step], now: datetime) -> Ticket:
    """`decide` what happens to a ticket as read and store it; again if somebody was first. The
    ticket as it is then. Raises what `decide` raises, `Repeated` and `Busy`."""
    for _ in range(ATTEMPTS):
        try:
            return apply(ticket, decide(ticket), now)
        except Overtaken as overtaken:
            ticket = overtaken.ticket
    raise Busy("contended", "This ticket is being changed by others, try again")


class Overtaken(Exception):
    """Something else happened to the ticket since it was read; it is now as `ticket`."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__("overtaken")
        self.ticket = ticket


def apply(ticket: Ticket, what: Step, now: datetime) -> Ticket:
    """Store `what`, if nothing happened to the ticket since it was read. Raises `Overtaken` and
    `Repeated`."""
    after, ops = stepped(ticket, what, now)
    receipts = [what.receipt] if what.receipt else []
    place = len(ops)
    try:
        support.write(*ops, *receipts, *what.also, beside=what.beside)
    except ConditionFailed as refused:
        # A receipt first: it tells a repetition from somebody else's change.
        if what.receipt and (found := refused.found(place)):
            raise Repeated(found) from refused
        present = refused.found(_TICKET)
        if present:
            raise Overtaken(from_item(present)) from refused
        raise
    return after


def stepped(ticket: Ticket, what: Step, now: datetime) -> tuple[Ticket, list[Op]]:
    """The ticket after it, and the operations that store it, the ticket's own first."""
    at = max(iso(now), ticket.updated_at)
    instant = parse_instant(at)
    after = ticket.model_copy(
        update={**what.values, **_heard(what, at), "version": ticket.version + 1, "updated_at": at}
    )
    after = _counted(ticket, after)
    moved = after.state is not ticket.state
    pressing = after.priority is not ticket.priority
    happening = Happening(
        millis(instant),
        kind_of(what.kind),
        after.state if moved else None,
        after.priority if pressing else None,
    )
    past = restored(ticket.course, ticket.state, ticket.priority)
    course = step(past, happening)
    credit = _credit(past, course, after, what)
    after = after.model_copy(update={"course": stored(course), **credit})
    message = what.message(after) if what.message else None
    happened = Happened(
        sequence=after.version,
        at=at,
        kind=what.kind,
        by=what.by,
        state=after.state if moved else None,
        priority=after.priority if pressing else None,
        message_id=message.message_id if message else None,
        details=what.details,
    )
    events = list(what.events(after))
    if moved:
        from_to = {"from_state": ticket.state.value, "to_state": after.state.value}
        events.append(fact(TicketStateChanged, after, what.by, **from_to))
    return save_ops(ticket, after, happened, message, events, instant, load_seen=what.load_seen)


def fact(event: type[Event], ticket: Ticket, by: str | None, **more: Any) -> Event:
    """An event about a ticket as it is now. `by` is told where it is one of ours."""
    at = parse_instant(ticket.updated_at)
    return event(
        event_id=new_id("event", at),
        occurred_at=at,
        ticket_id=ticket.ticket_id,
        contact_id=ticket.contact_id,
        version=ticket.version,
        proven=ticket.proven,
        by=None if by in (None, ticket.contact_id) else by,
        **more,
    )


def kind_of(kind: str) -> Kind:
    """What a thing that happened is to the clocks."""
    return _KINDS.get(kind, "changed")


def same_version(ticket: Ticket, version: int | None) -> None:
    """Raise `Stale` when the caller knows another version than the newest; `None` knows none."""
    if version is not None and version != ticket.version:
        raise Stale("version_stale", version=ticket.version)


def _counted(before: Ticket, after: Ticket) -> Ticket:
    """What follows from a move: when it was resolved, how often it was opened again."""
    if after.state is before.state:
        return after
    if after.state is TicketState.RESOLVED:
        return after.model_copy(update={"resolved_at": after.updated_at})
    if before.state is TicketState.RESOLVED and after.state is TicketState.OPEN:
        return after.model_copy(update={"reopened": before.reopened + 1, "resolved_at": None})
    return after


def _heard(what: Step, at: str) -> dict[str, str]:
    return {"heard_at": at} if "last_author" in what.values else {}


def _credit(past: Course, course: Course, after: Ticket, what: Step) -> dict[str, Any]:
    """Who is to be told of in figures: who answered first, and who ended the matter."""
    credit: dict[str, Any] = {}
    if course.first.stopped != past.first.stopped and kind_of(what.kind) == "agent_reply":
        credit["answered_by"] = what.by
    if course.resolution.stopped is not None and course.resolution != past.resolution:
        # A customer who closes their own ticket leaves it to whoever had it.
        credit["settled_by"] = None if what.by == after.contact_id else what.by
        credit["first_settled_at"] = after.first_settled_at or after.updated_at
    return credit
