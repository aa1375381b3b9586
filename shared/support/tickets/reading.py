"""Reading a ticket's conversation, those of the tickets that became part of it included."""

from dataclasses import dataclass, replace

from shared.kernel.errors import FieldError, Rejected
from shared.platform.requests import Item

from .model import Message, Ticket
from .repository import conversation, need, there


@dataclass(frozen=True, slots=True)
class Whole:
    """A ticket with messages of it, the oldest first. `older`: there are such before these.
    `beside` is what else lies in its partition."""

    ticket: Ticket
    messages: list[Message]
    older: bool
    beside: list[Item]

    @property
    def public(self) -> "Whole":
        """The same without what only staff see."""
        return replace(self, messages=[one for one in self.messages if one.public], beside=[])


def whole(ticket_id: str, limit: int, before: str | None) -> Whole:
    """A ticket with its latest `limit` messages before the sequence `before` (as text). One strong query; the first page of a ticket
    others were merged into one more for each of them. Raises `NotFound` and `Rejected`."""
    upto = _sequence(before)
    found = conversation(ticket_id, limit=limit, before=upto)
    messages, more = found.messages, found.older
    ticket = need(ticket_id) if upto is not None else there(found.ticket)
    if upto is None:
        for merged_id in ticket.merged:
            theirs = conversation(merged_id, limit=limit)
            messages, more = [*messages, *theirs.messages], more or theirs.older
        if ticket.merged:
            messages.sort(key=lambda one: (one.at, one.message_id))
            more = more or len(messages) > limit
            messages = messages[-limit:]
    return Whole(ticket, messages, more, found.beside)


def _sequence(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and 0 < len(text) <= 6):
        wrong = FieldError("before", "sequence_invalid", "This is no place in the conversation")
        raise Rejected("validation_failed", fields=[wrong])
    return int(text)
