"""Reading a ticket's conversation, those of the tickets that became part of it included."""

from shared.kernel.errors import FieldError, Rejected

from .model import Message, Ticket
from .repository import conversation, need, there


def whole(
    ticket_id: str, limit: int, before: str | None, *, public_only: bool = False
) -> tuple[Ticket, list[Message], bool]:
    """A ticket, its latest `limit` messages before the sequence `before` (as text), the oldest of
    them first, and whether there are older ones. One strong query; the first page of a ticket
    others were merged into one more for each of them. Raises `NotFound` and `Rejected`."""
    upto = _sequence(before)
    ticket, messages, more = conversation(ticket_id, limit=limit, before=upto)
    ticket = need(ticket_id) if upto is not None and ticket is None else there(ticket)
    if upto is None:
        for merged_id in ticket.merged:
            _, theirs, older = conversation(merged_id, limit=limit)
            messages, more = [*messages, *theirs], more or older
        if ticket.merged:
            messages.sort(key=lambda one: (one.at, one.message_id))
            more = more or len(messages) > limit
            messages = messages[-limit:]
    if public_only:
        messages = [one for one in messages if one.public]
    return ticket, messages, more


def _sequence(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and 0 < len(text) <= 6):
        wrong = FieldError("before", "sequence_invalid", "This is no place in the conversation")
        raise Rejected("validation_failed", fields=[wrong])
    return int(text)
