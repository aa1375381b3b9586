"""Who an address belongs to: the same address always stands for the same lead and contact id.

The 26 symbols of both are derived with a key from the normalised address, so finding a person
needs no look-up and an id gives nothing away. A lead and the contact it becomes have the same
symbols: what is written under the contact's id from the first touch on is there when it is one.
"""

import hashlib
import hmac
from typing import Final, Literal

from shared.kernel.ids import ContactId, LeadId, derived_id
from shared.platform.keys import key

AddressKind = Literal["email", "phone"]

MAX_EMAIL_LENGTH: Final = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""


def normalise_email(text: str) -> str:
    """The address in lower case with its domain in IDNA's ASCII form.

    Raises `ValueError` for what is no address. Nothing is looked up.
    """
    # Imported here: most operations that import this module never see an address.
    from email_validator import EmailNotValidError, validate_email

    if len(text) > MAX_EMAIL_LENGTH:
        raise ValueError("too long for an e-mail address")
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        # Without the library's message, which quotes the address.
        raise ValueError("not an e-mail address") from error
    return f"{found.local_part}@{found.ascii_domain}".lower()


def normalise_phone(text: str, region: str | None = None) -> str:
    """The number as E.164 (`+97714123456`). `region` (ISO 3166, two letters) is assumed for
    numbers without country code. Raises `ValueError` for what is no number."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number in use")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def lead_id_of(kind: AddressKind, normalised: str) -> LeadId:
    """The lead id that a normalised address stands for."""
    return LeadId(derived_id("lead", _digest(kind, normalised)))


def contact_id_of(kind: AddressKind, normalised: str) -> ContactId:
    """The id of the contact that first comes with this normalised address."""
    return ContactId(derived_id("contact", _digest(kind, normalised)))


def contact_id_of_lead(lead_id: str) -> ContactId:
    """The contact that a lead's person is, as long as no claim says another
    (`contacts.persons`)."""
    return ContactId(f"contact_{symbols_of(lead_id)}")


def symbols_of(record_id: str) -> str:
    """The 26 symbols behind the prefix of an id: of a lead, the identity of its address."""
    return record_id.rpartition("_")[2]


def _digest(kind: AddressKind, normalised: str) -> bytes:
    return hmac.digest(key("intake"), f"{kind}:{normalised}".encode(), hashlib.sha256)
