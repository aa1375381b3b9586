"""Who is known by exactly what was typed: an address, a number, an id."""

import re
from typing import Final, Literal, NamedTuple

from shared.customers.contacts.find import find_by_address, find_by_external
from shared.customers.contacts.model import Contact
from shared.customers.contacts.persons import contact_of
from shared.customers.contacts.repository import load
from shared.customers.identity import normalise_email, normalise_phone
from shared.kernel.ids import is_id

By = Literal["id", "email", "phone", "external_id"]

_NUMBER: Final = re.compile(r"\+?[\d\s()./-]{6,40}")
_OF_A_SYSTEM: Final = re.compile(r"([a-z][a-z0-9_-]{0,39}):(\S.{0,199})")


class Exactly(NamedTuple):
    """The contact and what it was known by."""

    by: By
    contact: Contact


def known_as(text: str, country: str | None) -> Exactly | None:
    """The contact that is known by `text`: its id or that of its lead, an e-mail address, a
    phone number (without a country code one of `country`), or `<system>:<id>`. One read mostly,
    and none for what looks like none of them. Those put away are not found."""
    found = _known_as(text.strip(), country)
    return found if found and found.contact.deleted_at is None else None


def _known_as(text: str, country: str | None) -> Exactly | None:
    if is_id("contact", text) or is_id("lead", text):
        contact = load(text if text.startswith("contact") else contact_of(text))
        return Exactly("id", contact) if contact else None
    if "@" in text:
        return _email(text)
    if _NUMBER.fullmatch(text):
        return _phone(text, country)
    if of_system := _OF_A_SYSTEM.fullmatch(text):
        contact = find_by_external(*of_system.groups())
        return Exactly("external_id", contact) if contact else None
    return None


def _email(text: str) -> Exactly | None:
    try:
        address = normalise_email(text)
    except ValueError:
        return None
    contact = find_by_address("email", address)
    return Exactly("email", contact) if contact else None


def _phone(text: str, country: str | None) -> Exactly | None:
    try:
        number = normalise_phone(text, country)
    except ValueError:
        return None
    contact = find_by_address("phone", number)
    return Exactly("phone", contact) if contact else None
