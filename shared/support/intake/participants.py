"""Who takes part in a ticket's conversation by mail: the requester, and whom a participant's mail
went to as well (row V2)."""

from shared.customers.contacts.repository import load as contact_by_id
from shared.customers.portal.access import address_mark
from shared.support.tickets.model import Ticket
from shared.support.tickets.requesters import Asking

from .parsing import Mail


def takes_part(asking: Asking, ticket: Ticket) -> bool:
    """Whether whoever wrote is the requester, by whichever of their addresses, or was in copy."""
    who = asking.requester
    if who.email is None:
        return False
    if _asks(asking, ticket) or asking.mark in ticket.participants:
        return True
    contact = contact_by_id(ticket.contact_id)
    return contact is not None and any(one.address == who.email for one in contact.emails)


def _asks(asking: Asking, ticket: Ticket) -> bool:
    """Whether a ticket's requester wrote, by the address they asked with."""
    who = asking.requester
    return who.email == ticket.requester.email or who.contact_id == ticket.contact_id


def other_writer(asking: Asking, ticket: Ticket) -> str | None:
    """What to call whoever takes part and wrote by another address than was asked with; `None`
    for the requester as we know them."""
    who = asking.requester
    return None if _asks(asking, ticket) else who.name or who.email


def marks_of(mail: Mail) -> list[str]:
    """What stands for those in copy."""
    return [address_mark(one) for one in mail.others]
