"""Making a message of a ticket a ticket of its own, where it is about something else."""

from datetime import datetime

from shared.kernel.errors import Busy, Conflict, NotFound, Rejected
from shared.platform import idempotency
from shared.platform.writes import ConditionFailed
from shared.support.events import TicketSplit
from shared.support.tickets.creation import Opening, opened
from shared.support.tickets.model import Message, Ticket
from shared.support.tickets.repository import MESSAGE, from_item, message_of, support
from shared.support.tickets.states import ENDED
from shared.support.tickets.stepping import ATTEMPTS, Step, fact, stepped


def split(
    ticket: Ticket,
    message_id: str,
    subject: str,
    by: str,
    key: str | None,
    body: bytes,
    now: datetime,
) -> Ticket:
    """Begin a ticket with a copy of a public message; the new ticket. Both are one write. With a
    key the same request again gives the same ticket. Raises `NotFound` for a message that is not
    there, `Rejected` for a note, and `Conflict` for a ticket that has ended."""
    message = _message(ticket.ticket_id, message_id)
    if not message.public:
        raise Rejected("note_not_split", "A note among staff is no customer's matter")
    ticket_id = idempotency.record_id("ticket", f"split:{ticket.ticket_id}:{by}", key, now)
    made = idempotency.request_hash(body) if key else None
    opening = _opening(ticket, message, ticket_id, subject, made)
    for _ in range(ATTEMPTS):
        if ticket.state in ENDED:
            state = ticket.state.value
            raise Conflict("ticket_ended", f"A ticket that is {state} stays whole", state=state)
        new, beginning = opened(opening, now)
        about = {"split_id": ticket_id, "message_id": message_id}
        step = Step(
            "split",
            by,
            details=about,
            events=lambda after, about=about: [fact(TicketSplit, after, by, **about)],  # type: ignore[misc]
        )
        _, remaining = stepped(ticket, step, now)
        try:
            support.write(*beginning, *remaining)
            return new
        except ConditionFailed as refused:
            if found := refused.found(0):
                present = from_item(found)
                idempotency.same_request({"request_hash": present.request_hash}, body)
                return present
            changed = refused.found(len(beginning))
            ticket = from_item(changed) if changed else ticket
    raise Busy("contended", "This ticket is being changed by others, try again")


def _opening(
    ticket: Ticket, message: Message, ticket_id: str, subject: str, made: str | None
) -> Opening:
    return Opening(
        ticket_id=ticket_id,
        requester=ticket.requester,
        subject=subject,
        body=message.body,
        channel=message.channel,
        by=message.by,
        author=message.author,
        ticket_type="question" if ticket.ticket_type == "return" else ticket.ticket_type,
        priority=ticket.priority,
        queue=ticket.queue,
        account_id=ticket.account_id,
        proven=ticket.proven,
        mark=ticket.mark,
        tags=ticket.tags,
        custom=ticket.custom,
        attachments=message.attachments,
        html=message.html,
        quoted=message.quoted,
        raw_key=message.raw_key,
        split_from=ticket.ticket_id,
        case_id=ticket.case_id,
        copied_from=message.message_id,
        request_hash=made,
    )


def _message(ticket_id: str, message_id: str) -> Message:
    items = support.query_all(f"TICKET#{ticket_id}", begins=MESSAGE, consistent=True)
    for item in items:
        if item["message_id"] == message_id:
            return message_of(item)
    raise NotFound("message_not_found", "There is no such message in this ticket")
