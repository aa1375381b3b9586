"""Who an id means, whether or not there is a record of them yet."""

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import load
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id

from .repository import page


def person(contact_id: str) -> tuple[str, Contact | None]:
    """The id of the contact that `contact_id` now means, and the record of it; `None` where there
    is only what happened. One read, two without a record.

    Raises `NotFound` where there is neither.
    """
    if is_id("contact", contact_id):
        contact = load(contact_id)
        if contact:
            return contact.contact_id, contact
        if page(contact_id, limit=1).entries:
            return contact_id, None
    raise NotFound("contact_not_found", "There is no such contact")
