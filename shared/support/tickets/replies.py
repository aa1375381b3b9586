"""Adding to a conversation: what customers write, what staff answer, and what only staff see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.kernel.errors import Conflict, TooLarge
from shared.kernel.ids import new_id
from shared.platform.requests import Put
from shared.support.events import TicketMessageAdded

from .creation import Opening, first_message_id, open_ticket
from .model import MAX_PARTICIPANTS, MAX_WATCHERS, Attachment, Author, Channel, Message, Ticket
from .repository import living
from .states import TicketState, after_agent, after_customer, check_move
from .stepping import Step, fact, same_version, take

MAX_BYTES: Final = 300_000
"""Text, HTML and quotation of a message together: an item of the table takes 400 KB."""

_KIND: Final = {"customer": "customer_message", "automatic": "automatic_message"}


@dataclass(frozen=True, slots=True)
class Said:
    """A message to add. `by` is the contact, the member of staff, or for automatic ones what sent
    it. `public` is `False` for a note. `then` is the state an agent leaves the ticket in.
    `version`, where given, is the one the writer saw. `participants` are marks of addresses whose
    answers belong here from now on, `said_by` is who of such wrote it."""

    author: Author
    by: str
    body: str
    channel: Channel
    public: bool = True
    html: str | None = None
    quoted: str | None = None
    attachments: Sequence[Attachment] = ()
    mentions: Sequence[str] = ()
    raw_key: str | None = None
    mail_id: str | None = None
    then: TicketState | None = None
    version: int | None = None
    participants: Sequence[str] = ()
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """The ticket a message landed on, and the message's id. `opened`: it is a new ticket, for the
    one it was sent to is closed."""

    ticket: Ticket
    message_id: str
    opened: bool = False


def add_message(
    ticket: Ticket,
    said: Said,
    now: datetime,
    *,
    receipt: Put | None = None,
    new_ticket_id: str | None = None,
    message_id: str | None = None,
) -> Added:
    """Add to a ticket as read, or to the one it was merged into: one call, unless somebody else
    changed it meanwhile.

    What a customer writes opens a pending or resolved ticket again; to a closed one it begins a
    new ticket that follows it. An automatic message moves nothing. The ids of the message and of
    such a ticket are fresh unless given. Raises `Repeated` when the `receipt` is there, `Conflict` for an agent's answer to a
    ticket that has ended or an illegal move, `Stale`, `TooLarge` and `Busy`.
    """
    _check_size(said)
    ticket = living(ticket)
    if said.author == "customer" and ticket.state is TicketState.CLOSED:
        return _follow_up(ticket, said, now, receipt, new_ticket_id, message_id)
    name = message_id or new_id("message", now)
    try:
        after = take(ticket, lambda present: _step(present, said, name, receipt), now)
    except _Ended as ended:
        return add_message(
            ended.ticket,
            said,
            now,
            receipt=receipt,
            new_ticket_id=new_ticket_id,
            message_id=message_id,
        )
    return Added(after, name)


class _Ended(Exception):
    """Meanwhile the ticket was merged or closed."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__("ended")
        self.ticket = ticket


def _step(ticket: Ticket, said: Said, message_id: str, receipt: Put | None) -> Step:
    if ticket.state is TicketState.MERGED or (
        said.author == "customer" and ticket.state is TicketState.CLOSED
    ):
        raise _Ended(ticket)
    same_version(ticket, said.version)
    state = _state_after(ticket, said)
    kind = _KIND.get(said.author, "agent_reply" if said.public else "note")
    watchers = {*ticket.watchers, *said.mentions}
    values: dict[str, Any] = {"state": state}
    if said.public:
        values["last_author"] = said.author
    if said.participants:
        known = dict.fromkeys([*ticket.participants, *said.participants])
        values["participants"] = list(known)[:MAX_PARTICIPANTS]
    if said.mentions:
        values["watchers"] = sorted(watchers)[:MAX_WATCHERS]
    return Step(
        kind,
        said.by,
        values=values,
        message=lambda after: _message(after, said, message_id),
        events=lambda after: [
            fact(
                TicketMessageAdded,
                after,
                said.by,
                message_id=message_id,
                author=said.author,
                public=said.public,
            )
        ],
        receipt=receipt,
    )


def _state_after(ticket: Ticket, said: Said) -> TicketState:
    match said.author:
        case "customer":
            return after_customer(ticket.state)
        case "automatic":
            return ticket.state
    if said.public and ticket.state in (TicketState.CLOSED, TicketState.SPAM):
        raise Conflict(
            "ticket_ended", f"A ticket that is {ticket.state.value} takes no answers",
            state=ticket.state.value,
        )  # fmt: skip
    state = after_agent(ticket.state) if said.public else ticket.state
    if said.then is not None and said.then is not state:
        check_move(ticket.state, said.then)
        state = said.then
    return state


def _message(ticket: Ticket, said: Said, message_id: str) -> Message:
    return Message(
        message_id=message_id,
        ticket_id=ticket.ticket_id,
        sequence=ticket.version,
        at=ticket.updated_at,
        author=said.author,
        by=said.by,
        public=said.public,
        channel=said.channel,
        body=said.body,
        html=said.html,
        quoted=said.quoted,
        attachments=list(said.attachments),
        mentions=list(said.mentions),
        said_by=said.said_by,
        raw_key=said.raw_key,
        mail_id=said.mail_id,
    )


def _follow_up(
    closed: Ticket,
    said: Said,
    now: datetime,
    receipt: Put | None,
    new_ticket_id: str | None,
    message_id: str | None,
) -> Added:
    ticket_id = new_ticket_id or new_id("ticket", now)
    message_id = message_id or first_message_id(ticket_id)
    opening = Opening(
        ticket_id=ticket_id,
        requester=closed.requester,
        subject=closed.subject,
        body=said.body,
        channel=said.channel,
        by=said.by,
        author=said.author,
        ticket_type="question" if closed.ticket_type == "return" else closed.ticket_type,
        priority=closed.priority,
        queue=closed.queue,
        account_id=closed.account_id,
        proven=closed.proven,
        mark=closed.mark,
        tags=closed.tags,
        custom=closed.custom,
        attachments=said.attachments,
        html=said.html,
        quoted=said.quoted,
        raw_key=said.raw_key,
        mail_id=said.mail_id,
        follows=closed.ticket_id,
        case_id=closed.case_id,
        message_id=message_id,
        participants=[*closed.participants, *said.participants],
        said_by=said.said_by,
    )
    ticket = open_ticket(opening, now, receipt=receipt)
    return Added(ticket, message_id, opened=True)


def _check_size(said: Said) -> None:
    parts = (said.body, said.html or "", said.quoted or "")
    if sum(len(one.encode()) for one in parts) > MAX_BYTES:
        raise TooLarge("message_too_large", "A message may have up to 300 KB of text")
