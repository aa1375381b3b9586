"""What staff do at the desk: open a ticket in a customer's name, answer, note.

With an `Idempotency-Key` the same request again changes nothing and gets the first answer: of a
ticket its id follows from the key, of a message its first use is remembered in the same write.
"""

import hashlib
import hmac
from datetime import datetime

from shared.kernel.errors import FieldError, Rejected, Stale
from shared.platform import idempotency
from shared.platform.keys import key as secret_key
from shared.platform.requests import Item
from shared.support.attachments.uploads import attach

from .changes import check_target, custom_of, working_here
from .creation import Opening, open_ticket
from .inputs import NewNote, NewReply, NewTicket
from .model import Channel, Ticket
from .replies import Added, Said, add_message
from .repository import living, load, need, support
from .requesters import claimed, known
from .stepping import Repeated


def open_on_behalf(new: NewTicket, by: str, key: str | None, body: bytes, now: datetime) -> Ticket:
    """Open a ticket of a contact, or of whoever the addresses stand for. One read, and the write.
    Raises `Rejected`."""
    account_id = new.account_id
    if new.contact_id:
        if new.email or new.phone:
            both = FieldError("contact_id", "ambiguous", "Name a contact or addresses, not both")
            raise Rejected("validation_failed", fields=[both])
        contact, asking = known(new.contact_id)
        account_id = account_id or contact.account_id
    else:
        asking = claimed(new.email, new.phone, new.name)
    check_target(new.owner_id if new.owner_id != by else None, new.queue, now)
    ticket_id = idempotency.record_id("ticket", by, key, now)
    opening = Opening(
        ticket_id=ticket_id,
        requester=asking.requester,
        subject=new.subject,
        body=new.body,
        channel=new.channel,
        by=by,
        author="agent",
        public=new.public,
        ticket_type=new.type,
        priority=new.priority,
        queue=new.queue,
        account_id=account_id,
        proven=asking.mark is None,
        mark=asking.mark,
        owner_id=new.owner_id,
        tags=list(dict.fromkeys(new.tags)),
        custom=custom_of(dict(new.custom), None, now),
        lines=new.lines,
        attachments=attach(new.attachments, ticket_id) if new.attachments else (),
        request_hash=idempotency.request_hash(body) if key else None,
    )
    ticket = open_ticket(opening, now)
    if key:
        idempotency.same_request({"request_hash": ticket.request_hash}, body)
    return ticket


def answer(
    ticket: Ticket, new: NewReply, by: str, key: str | None, body: bytes, now: datetime
) -> Added:
    """Answer the customer. Raises as `add_message`, and `Rejected`."""
    said = Said(
        author="agent",
        by=by,
        body=new.body,
        channel=_answered_by(ticket.channel),
        attachments=attach(new.attachments, ticket.ticket_id) if new.attachments else (),
        then=new.then,
        version=new.version,
    )
    return once(ticket, said, by, key, body, now)


def note(
    ticket: Ticket, new: NewNote, by: str, key: str | None, body: bytes, now: datetime
) -> Added:
    """Write something that only staff see. Raises as `add_message`, and `Rejected` for somebody
    mentioned who does not work here."""
    mentions = list(dict.fromkeys(new.mentions))
    for one in mentions:
        working_here(one, "mentions")
    said = Said(
        author="agent",
        by=by,
        body=new.body,
        channel=ticket.channel,
        public=False,
        mentions=mentions,
        attachments=attach(new.attachments, ticket.ticket_id) if new.attachments else (),
    )
    return once(ticket, said, by, key, body, now)


def once(
    ticket: Ticket, said: Said, caller: str, key: str | None, body: bytes, now: datetime
) -> Added:
    """Add a message; sent again with its key it is the one that is there."""
    used = idempotency.check_key(key)
    if used is None:
        return add_message(ticket, said, now)
    content = hmac.digest(secret_key("idempotency"), body, hashlib.sha256)
    whose = f"message:{ticket.ticket_id}:{caller}"
    new_id = idempotency.record_id("ticket", whose, used, now)
    message_id = idempotency.record_id("message", whose, used, now)
    result = {"message_id": message_id, "ticket_id": ticket.ticket_id}
    receipt = idempotency.claim(whose, used, content, result, now)
    try:
        return add_message(
            ticket, said, now, receipt=receipt, new_ticket_id=new_id, message_id=message_id
        )
    except Repeated as repeated:
        found: Item | None = repeated.found
    except Stale:
        # What made the ticket newer than the writer saw may be the first sending of the same.
        found = support.get({"pk": receipt.item["pk"], "sk": receipt.item["sk"]})
        if found is None:
            raise
    assert found is not None
    first = idempotency.result_of(found, content)
    present = load(new_id) or living(need(first["ticket_id"]))
    return Added(present, first["message_id"], opened=present.ticket_id == new_id)


def _answered_by(channel: Channel) -> Channel:
    """By which channel an answer goes: what cannot be answered where it came from, by mail."""
    return channel if channel in ("portal", "chat", "api") else "email"
