"""Whose page an address is: their record is read in the same call as whoever asks."""

from shared.console.entry import PageRequest
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers, from_item, need
from shared.customers.history.people import person
from shared.kernel.ids import is_id
from shared.platform.requests import Key
from shared.platform.tables import Table


def own(contact_id: str, **_: str) -> tuple[Table, Key] | None:
    """The record of the contact that an address names."""
    return (customers, contact_key(contact_id)) if is_id("contact", contact_id) else None


def record(request: PageRequest, contact_id: str) -> Contact:
    """The contact that `contact_id` now means, as `need`; mostly no read."""
    return _found(request) or need(contact_id)


def who(request: PageRequest, contact_id: str) -> tuple[str, Contact | None]:
    """The id that `contact_id` now means, and the record if there is one, as `person`."""
    contact = _found(request)
    return (contact.contact_id, contact) if contact else person(contact_id)


def _found(request: PageRequest) -> Contact | None:
    item = request.found
    return from_item(item) if item and "merged_into" not in item else None
