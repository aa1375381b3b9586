"""Somebody as people at a desk name them: by an e-mail address or a phone number."""

from typing import Final

from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.model import Contact
from shared.kernel.errors import FieldError, NotFound, Rejected

LONGEST: Final = 300


def contact_with(address: str, at: str = "who") -> Contact:
    """The contact with an address. One strong read, mostly. Raises `NotFound` and `Rejected` with
    the form's field `at`."""
    text = address.strip()[:LONGEST]
    try:
        if "@" in text:
            found = find_by_address("email", email_of(text))
        else:
            found = find_by_address("phone", phone_of(text, None))
    except Unusable as error:
        wrong = FieldError(at, error.at(at).code, str(error))
        raise Rejected("validation_failed", "This is no address", [wrong]) from error
    if found is None or found.deleted_at:
        wrong = FieldError(at, "contact_unknown", "Nobody has this address")
        raise NotFound("contact_not_found", "Nobody has this address", [wrong])
    return found
