"""Who turned to us: the contact an address stands for, and whether it was proven."""

from collections.abc import Collection
from typing import NamedTuple

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.contacts.model import Contact
from shared.customers.contacts.persons import contact_of
from shared.customers.contacts.repository import load
from shared.customers.identity import contact_id_of_lead, lead_id_of
from shared.customers.portal.access import address_mark, administered
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.kernel.text import plain

from .model import Requester, TicketSummary

MAX_NAME = 200


class Asking(NamedTuple):
    """The requester, and what stands for the address they gave while nobody knows whether it is
    theirs (`None`: they are who they say), with the lead that address stands for."""

    requester: Requester
    mark: str | None = None
    lead_id: str = ""

    def of(self, contact_id: str) -> "Asking":
        """The same, of that contact."""
        return self._replace(requester=self.requester.model_copy(update={"contact_id": contact_id}))


def claimed(email: str | None, phone: str | None, name: str | None) -> Asking:
    """Whoever says that these addresses are theirs, one at least. One strong read, none of the
    contact: that need not exist yet. Raises `Rejected`."""
    asking = unread(email, phone, name)
    return asking.of(contact_of(asking.lead_id))


def unread(email: str | None, phone: str | None, name: str | None) -> Asking:
    """`claimed` without having read whether the address is a further one of somebody: whoever
    writes with it writes `of_nobody_else` too. Raises `Rejected`."""
    wrong: list[FieldError] = []
    address, number = email or None, phone or None
    try:
        address = email_of(address) if address else None
    except Unusable as error:
        wrong.append(error.at("email"))
    try:
        number = phone_of(number) if number else None
    except Unusable as error:
        wrong.append(error.at("phone"))
    if not (address or number or wrong):
        wrong.append(FieldError("email", "missing", "Say how we can reach you"))
    if wrong:
        raise Rejected("validation_failed", fields=wrong)
    lead = lead_id_of("email", address) if address else lead_id_of("phone", number or "")
    said = plain(name or "")[:MAX_NAME] or None
    first = contact_id_of_lead(lead)
    requester = Requester(contact_id=first, name=said, email=address, phone=number)
    return Asking(requester, address_mark(address or number or ""), lead)


def known(contact_id: str) -> tuple[Contact, Asking]:
    """The contact of an id. Raises `Rejected`. One read mostly."""
    contact = load(contact_id)
    if contact is None or contact.deleted_at:
        wrong = FieldError("contact_id", "contact_not_found", "There is no such contact")
        raise Rejected("validation_failed", fields=[wrong])
    return contact, of_contact(contact)


def of_contact(contact: Contact) -> Asking:
    """A contact as requester."""
    return Asking(
        Requester(
            contact_id=contact.contact_id,
            name=contact.name or None,
            email=contact.email,
            phone=contact.phone,
        )
    )


def visible_to(contact: Contact, ticket: TicketSummary) -> bool:
    """Whether a signed-in customer may know of a ticket: it is theirs and they have shown that
    its address is, or of an account they administer and proven."""
    if ticket.contact_id == contact.contact_id:
        return ticket.proven or ticket.mark in proven_marks(contact)
    return ticket.proven and ticket.account_id in administered(contact)


def check_visible(contact: Contact, ticket: TicketSummary | None) -> None:
    """Raise `NotFound` unless `visible_to`."""
    if ticket is None or not visible_to(contact, ticket):
        raise NotFound("ticket_not_found", "There is no such ticket")


def proven_marks(contact: Contact) -> Collection[str]:
    """What stands for the addresses a contact has shown to be theirs."""
    return {address_mark(one.address) for one in contact.emails if one.verified_at}
