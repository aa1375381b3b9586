"""What customers see of their tickets."""

from typing import Self

from pydantic import BaseModel

from shared.support.tickets.model import Message, OrderLine, TicketSummary, TicketType
from shared.support.tickets.reading import Whole
from shared.support.tickets.states import TicketState

_SHOWN = {
    TicketState.NEW: "open",
    TicketState.OPEN: "open",
    TicketState.ON_HOLD: "open",
    TicketState.PENDING: "waiting_for_you",
    TicketState.RESOLVED: "resolved",
    TicketState.CLOSED: "closed",
    TicketState.MERGED: "closed",
    TicketState.SPAM: "closed",
}
"""What a state means to the customer."""


class OwnTicketShort(BaseModel):
    """A ticket as its customer sees it."""

    ticket_id: str
    reference: str
    subject: str
    type: TicketType
    state: str
    account_id: str | None
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, ticket: TicketSummary) -> Self:
        """The customer's view of a ticket."""
        return cls(
            ticket_id=ticket.ticket_id,
            reference=ticket.reference,
            subject=ticket.subject,
            type=ticket.ticket_type,
            state=_SHOWN[ticket.state],
            account_id=ticket.account_id,
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
        )


class OwnTicketPage(BaseModel):
    """Some tickets; a page may be short although `next` leads on."""

    items: list[OwnTicketShort]
    next: str | None


class OwnFile(BaseModel):
    """A file of a message."""

    file_id: str
    name: str
    size: int


class OwnMessage(BaseModel):
    """A message; `from_us`: the company wrote it."""

    message_id: str
    at: str
    from_us: bool
    body: str
    html: str | None
    attachments: list[OwnFile]

    @classmethod
    def of(cls, message: Message) -> Self:
        """The customer's view of a message."""
        return cls(
            message_id=message.message_id,
            at=message.at,
            from_us=message.author == "agent" and message.sequence > 1,
            body=message.body,
            html=message.html,
            attachments=[
                OwnFile(file_id=one.file_id, name=one.name, size=one.size)
                for one in message.attachments
            ],
        )


class OwnConversation(BaseModel):
    """A ticket and its latest messages, the oldest of them first. `older` is the `before` of the
    page before; `null`: there is none."""

    ticket: OwnTicketShort
    lines: list[OrderLine]
    messages: list[OwnMessage]
    older: int | None

    @classmethod
    def of(cls, found: Whole) -> Self:
        """The customer's view of a conversation."""
        return cls(
            ticket=OwnTicketShort.of(found.ticket),
            lines=found.ticket.lines,
            messages=[OwnMessage.of(one) for one in found.messages],
            older=found.messages[0].sequence if found.older and found.messages else None,
        )


class OwnAdded(BaseModel):
    """The message, and the ticket it landed on: a new one where the first was closed."""

    message_id: str
    ticket: OwnTicketShort


class Download(BaseModel):
    """Where to fetch a file for some minutes."""

    url: str
    expires_in: int
