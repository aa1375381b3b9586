"""What customers do with their own tickets, and account administrators with their account's."""

from datetime import datetime

from shared.customers.contacts.model import Contact
from shared.customers.portal.access import administered
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.platform import idempotency
from shared.support.attachments.uploads import attach

from .changes import close, custom_of
from .creation import Opening, open_ticket
from .desk import once
from .inputs import OwnReply, OwnTicket
from .listing import Source, of_account, of_contact, page_of
from .model import Ticket, TicketSummary
from .reading import Whole, whole
from .replies import Added, Said
from .repository import living, load
from .requesters import check_visible, visible_to
from .requesters import of_contact as asking_of


def own_tickets(
    contact: Contact, account_id: str | None, limit: int, cursor: str | None
) -> tuple[list[TicketSummary], str | None]:
    """The customer's tickets, or those of an account they administer, latest first. One query.
    Raises `NotFound` for another account."""
    if account_id and account_id not in administered(contact):
        raise NotFound("account_not_found", "There is no such account")
    source: Source = of_account(account_id) if account_id else of_contact(contact.contact_id)
    return page_of(
        source,
        limit=limit,
        cursor=cursor,
        wanted=lambda one: visible_to(contact, one),
        scope=contact.contact_id,
    )


def own_ticket(contact: Contact, ticket_id: str) -> Ticket:
    """A ticket the customer may know of. Raises `NotFound`. One strong read."""
    ticket = load(ticket_id)
    check_visible(contact, ticket)
    assert ticket is not None
    return ticket


def own_conversation(contact: Contact, ticket_id: str, limit: int, before: str | None) -> Whole:
    """The same with its latest messages, without what only staff see; of a merged ticket that of
    the one it became part of. Raises `NotFound`."""
    found = whole(ticket_id, limit, before)
    check_visible(contact, found.ticket)
    if found.ticket.merged_into:
        into = living(found.ticket)
        check_visible(contact, into)
        found = whole(into.ticket_id, limit, None)
    return found.public


def open_own(
    contact: Contact, new: OwnTicket, key: str | None, body: bytes, now: datetime
) -> Ticket:
    """Open a ticket: one call. Raises `Rejected` for an account the customer is not of."""
    accounts = [one.account_id for one in contact.accounts]
    if new.account_id and new.account_id not in accounts:
        wrong = FieldError("account_id", "account_not_found", "You do not belong to this account")
        raise Rejected("validation_failed", fields=[wrong])
    ticket_id = idempotency.record_id("ticket", contact.contact_id, key, now)
    opening = Opening(
        ticket_id=ticket_id,
        requester=asking_of(contact).requester,
        subject=new.subject,
        body=new.body,
        channel="portal",
        by=contact.contact_id,
        ticket_type=new.type,
        account_id=new.account_id or contact.account_id,
        custom=custom_of(dict(new.custom), None, now),
        lines=new.lines,
        attachments=attach(new.attachments, ticket_id) if new.attachments else (),
        request_hash=idempotency.request_hash(body) if key else None,
    )
    ticket = open_ticket(opening, now)
    if key:
        idempotency.same_request({"request_hash": ticket.request_hash}, body)
    return ticket


def reply_own(
    contact: Contact, ticket_id: str, new: OwnReply, key: str | None, body: bytes, now: datetime
) -> Added:
    """Add to one's own ticket: a resolved one is open again, a closed one followed by another.
    Raises `NotFound`."""
    ticket = own_ticket(contact, ticket_id)
    said = Said(
        author="customer",
        by=contact.contact_id,
        body=new.body,
        channel="portal",
        attachments=attach(new.attachments, ticket_id) if new.attachments else (),
    )
    return once(ticket, said, contact.contact_id, key, body, now)


def close_own(contact: Contact, ticket_id: str, now: datetime) -> Ticket:
    """Close one's own ticket. Raises `NotFound`, and `Conflict` for one that is spam."""
    return close(own_ticket(contact, ticket_id), contact.contact_id, now)
