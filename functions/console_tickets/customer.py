"""Whom a ticket is about: who they are, and what else they turned to us for. A part of its page."""

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import show
from shared.customers.contacts.repository import contact_key, customers, from_item
from shared.kernel.ids import is_id
from shared.platform.requests import Key
from shared.platform.tables import Table
from shared.support.tickets.listing import of_contact, page_of

from .schemas import WORKERS

LATEST = 10


def record(contact_id: str) -> tuple[Table, Key] | None:
    """The record of the customer."""
    return (customers, contact_key(contact_id)) if is_id("contact", contact_id) else None


def shown(request: PageRequest, contact_id: str) -> Answer:
    """The customer and their latest tickets; `?ticket=` is the one beside which it is shown."""
    item = request.found
    contact = from_item(item) if item and "merged_into" not in item else None
    tickets, _ = page_of(of_contact(contact_id), limit=LATEST, cursor=None)
    here = request.query.get("ticket", "")
    return request.page(
        "customer.html" if request.whole else "customer_part.html",
        contact_id=contact_id,
        contact=show(contact, request.by, request.now, via="page") if contact else None,
        ticket_id=here,
        tickets=[one for one in tickets if one.ticket_id != here],
        joins=bool(here) and request.by.has(*WORKERS),
    )
