"""Opening a ticket: one transaction, whoever turned to us by whichever channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.kernel.business_time import millis
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import FieldError, Rejected
from shared.platform.requests import Op, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.support.cases.keys import member_ops
from shared.support.events import TicketAssigned, TicketEvent, TicketMessageAdded, TicketOpened
from shared.support.queues.stored import queue_rules
from shared.support.sla.course import Happening, begun, stored
from shared.support.sla.policy import Priority
from shared.support.sla.stored import fitting_policy

from .model import (
    MAX_PARTICIPANTS,
    Attachment,
    Author,
    Channel,
    Happened,
    Message,
    OrderLine,
    Requester,
    Ticket,
    TicketType,
)
from .repository import from_item, save_ops, support
from .states import TicketState
from .stepping import Repeated, fact

_TICKET: Final = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ticket begins with. `proven`: the requester is known to be who they say; `mark`
    stands for the address they gave otherwise. `author` is `agent` where staff write it down in
    the customer's name, and not `public` what only staff see. `state` is `spam` for what looks automatic. `request_hash` is kept where
    the id follows from the request. `participants` and `said_by`: see `Ticket` and `Message`."""

    ticket_id: str
    requester: Requester
    subject: str
    body: str
    channel: Channel
    by: str
    author: Author = "customer"
    public: bool = True
    ticket_type: TicketType = "question"
    priority: Priority = Priority.NORMAL
    queue: str | None = None
    account_id: str | None = None
    proven: bool = True
    mark: str | None = None
    owner_id: str | None = None
    tags: Sequence[str] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[OrderLine] = ()
    attachments: Sequence[Attachment] = ()
    html: str | None = None
    quoted: str | None = None
    raw_key: str | None = None
    mail_id: str | None = None
    state: TicketState = TicketState.NEW
    follows: str | None = None
    split_from: str | None = None
    case_id: str | None = None
    copied_from: str | None = None
    message_id: str | None = None
    request_hash: str | None = None
    participants: Sequence[str] = ()
    said_by: str | None = None


def open_ticket(
    opening: Opening,
    now: datetime,
    *,
    receipt: Put | None = None,
    also: Sequence[Op] = (),
    beside: Sequence[tuple[Table, Op]] = (),
) -> Ticket:
    """Store a ticket with its first message, `TicketOpened` and `TicketMessageAdded`: one call,
    once policies and queues are known to the process.

    A ticket of that id that is there already is given back as it is: who derives the id compares
    the `request_hash`. `receipt` is written with it; raises `Repeated` when there is one,
    `ConditionFailed` when `also` or `beside` are refused, and `Rejected` for a return without
    order lines.
    """
    ticket, ops = opened(opening, now)
    receipts = [receipt] if receipt else []
    place = len(ops)
    try:
        support.write(*ops, *receipts, *also, beside=beside)
    except ConditionFailed as refused:
        if receipt and (found := refused.found(place)):
            raise Repeated(found) from refused
        if found := refused.found(_TICKET):
            return from_item(found)
        raise
    return ticket


def opened(opening: Opening, now: datetime) -> tuple[Ticket, list[Op]]:
    """The ticket, and the operations that store it, its own first."""
    if opening.ticket_type == "return" and not opening.lines:
        missing = FieldError("lines", "missing", "Say what is to be brought back")
        raise Rejected("validation_failed", fields=[missing])
    at = iso(now)
    instant = parse_instant(at)
    facts = facts_of(opening)
    queue = opening.queue or queue_rules(now).queue_for(facts)
    course = begun(Happening(millis(instant), "opened", opening.state, opening.priority))
    ticket = Ticket(
        ticket_id=opening.ticket_id,
        subject=opening.subject,
        ticket_type=opening.ticket_type,
        priority=opening.priority,
        state=opening.state,
        channel=opening.channel,
        queue=queue,
        owner_id=opening.owner_id,
        contact_id=opening.requester.contact_id,
        account_id=opening.account_id,
        proven=opening.proven,
        mark=opening.mark,
        tags=list(opening.tags),
        created_at=at,
        updated_at=at,
        # What staff wrote down, the customer said.
        last_author="customer" if opening.author == "agent" else opening.author,
        heard_at=at,
        case_id=opening.case_id,
        version=1,
        requester=opening.requester,
        lines=list(opening.lines),
        participants=list(opening.participants)[:MAX_PARTICIPANTS],
        custom=dict(opening.custom),
        created_by=opening.by,
        policy=fitting_policy({**facts, "queue": [queue]}, now),
        course=stored(course),
        follows=opening.follows,
        split_from=opening.split_from,
        request_hash=opening.request_hash,
    )
    message = first_message(opening, ticket)
    happened = Happened(
        sequence=1,
        at=at,
        kind="opened",
        by=opening.by,
        state=ticket.state,
        priority=ticket.priority,
        message_id=message.message_id,
    )
    events = _events(opening, ticket, message)
    ticket, ops = save_ops(None, ticket, happened, message, events, instant)
    return ticket, [*ops, *member_ops(ticket.ticket_id, None, ticket.case_id)]


def first_message(opening: Opening, ticket: Ticket) -> Message:
    """What the ticket begins with."""
    return Message(
        message_id=opening.message_id or first_message_id(ticket.ticket_id),
        ticket_id=ticket.ticket_id,
        sequence=1,
        at=ticket.created_at,
        author=opening.author,
        by=opening.by,
        public=opening.public,
        channel=opening.channel,
        body=opening.body,
        html=opening.html,
        quoted=opening.quoted,
        attachments=list(opening.attachments),
        said_by=opening.said_by,
        raw_key=opening.raw_key,
        mail_id=opening.mail_id,
        copied_from=opening.copied_from,
    )


def first_message_id(ticket_id: str) -> str:
    """The id of the message a ticket begins with."""
    return f"message_{ticket_id.rpartition('_')[2]}"


def facts_of(what: Opening | Ticket) -> dict[str, list[str]]:
    """A ticket's values by the fields that conditions ask about."""
    custom = {f"custom.{name}": _texts(value) for name, value in what.custom.items()}
    return {
        "type": [what.ticket_type],
        "channel": [what.channel],
        "queue": [what.queue] if what.queue else [],
        "account_id": [what.account_id] if what.account_id else [],
        "tag": list(what.tags),
        **custom,
    }


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _events(opening: Opening, ticket: Ticket, message: Message) -> list[TicketEvent]:
    told: list[TicketEvent] = [
        fact(
            TicketOpened,
            ticket,
            opening.by,
            channel=ticket.channel,
            ticket_type=ticket.ticket_type,
            priority=ticket.priority.value,
            queue=ticket.queue,
            account_id=ticket.account_id,
            follows=ticket.follows,
        ),
        fact(
            TicketMessageAdded,
            ticket,
            opening.by,
            message_id=message.message_id,
            author=ticket.last_author,
            public=message.public,
        ),
    ]
    if ticket.owner_id:
        given = {"owner_id": ticket.owner_id, "queue": ticket.queue, "reason": "opened"}
        told.append(fact(TicketAssigned, ticket, opening.by, **given))
    return told
