"""Which customer is asking, by their record: what is taken from them holds for the next request.

A token or cookie proves who signed in. Whether they are still there, were merged into another
record, or lost the address they signed in by, is read each time: one strong read, and one more
where records were merged. Another's things do not exist for them.
"""

import hmac

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import load
from shared.kernel.errors import NotFound, Unauthorised
from shared.kernel.ids import is_id
from shared.platform.entry.http import Request
from shared.platform.keys import keyed_hash

ADMIN_ROLE = "admin"
"""The role in an account that lets a contact see the account's affairs, beside their own."""


def signed_in(request: Request) -> Contact:
    """The customer who asks for `request` with a token. Raises `Unauthorised`."""
    return customer(request.token().username)


def customer(contact_id: str, mark: str | None = None) -> Contact:
    """The customer who signed in as `contact_id`, as they are now; `mark` stands for the address
    they signed in by, which must still be theirs.

    Raises `Unauthorised` (`account_closed`) for somebody put away, erased or never known.
    """
    contact = load(contact_id) if is_id("contact", contact_id) else None
    if contact is None or contact.deleted_at:
        raise Unauthorised("account_closed", "This account is not in use")
    if mark is not None and not has_address(contact, mark):
        raise Unauthorised("address_changed", "Your e-mail address was changed. Sign in again")
    return contact


def administered(contact: Contact) -> list[str]:
    """The accounts whose affairs the customer sees, beside their own."""
    return [one.account_id for one in contact.accounts if one.role == ADMIN_ROLE]


def own(contact: Contact, owner_id: str, account_id: str | None = None) -> None:
    """Raise `NotFound` unless a thing of contact `owner_id`, in an account, is the customer's to
    know of: it is theirs, or of an account they administer."""
    if owner_id != contact.contact_id and account_id not in administered(contact):
        raise NotFound("not_found", "There is no such thing")


def address_mark(address: str) -> str:
    """What stands for a normalised address in a cookie: it names nobody."""
    return keyed_hash("portal-address", address)


def has_address(contact: Contact, mark: str) -> bool:
    """Whether the address that `mark` stands for is one of the contact's."""
    marks = [address_mark(one.address) for one in contact.emails]
    return any(hmac.compare_digest(mark, one) for one in marks)
