"""Who an interaction was with: one contact, found by key, known to us or not yet."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.addresses import claim_key
from shared.customers.contacts.repository import contact_key, followed
from shared.customers.external_ids import external_key
from shared.customers.identity import (
    contact_id_of_lead,
    lead_id_of,
    normalise_email,
    normalise_phone,
)
from shared.kernel.ids import derived_id, is_id
from shared.platform.keys import key
from shared.platform.requests import Item, Key

from .model import NewInteraction
from .refusals import Refused

FIELDS: Final = ("contact_id", "lead_id", "email", "phone", "external")

Place = tuple[str, str]
"""Partition and sort key of an item."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The `field` that names the person, the item that says which contact that is, and the
    contact it is without that item: of an address or id nobody has a record of, the one that
    will first come with it. There is nobody of an unknown contact id."""

    field: str
    key: Key
    otherwise: str | None

    @property
    def place(self) -> Place:
        """Where the item is."""
        return self.key["pk"], self.key["sk"]


def subject_of(new: NewInteraction) -> Subject:
    """Who an interaction was with, as far as its own words tell. Raises `Refused`."""
    given = [field for field in FIELDS if getattr(new, field)]
    if len(given) != 1:
        raise Refused("contact_id", "subject_not_single", "Name exactly one person")
    (field,) = given
    if new.external and field == "external":
        system, external_id = new.external.system, new.external.id
        return Subject(
            field,
            external_key("contact", system, external_id),
            contact_id_of_external(system, external_id),
        )
    text = str(getattr(new, field))
    if field == "contact_id":
        if not is_id("contact", text):
            raise Refused(field, "contact_id_invalid", "Not the id of a contact")
        return Subject(field, contact_key(text), None)
    lead_id = _lead_id(field, text)
    return Subject(field, claim_key(lead_id), str(contact_id_of_lead(lead_id)))


def contact_of(subject: Subject, found: Mapping[Place, Item]) -> str | None:
    """The contact a subject is, by the items found; `None` when there is no such contact. A read
    per merge where one was merged away."""
    item = found.get(subject.place)
    if subject.field != "contact_id":
        return str(item["contact_id"]) if item else subject.otherwise
    if item and "merged_into" in item:
        item = followed(item["merged_into"])
    return str(item["pk"]).removeprefix("CONTACT#") if item else None


def contact_id_of_external(system: str, external_id: str) -> str:
    """The contact under which is kept what happened with somebody known only by another system's
    id, until a contact of that id is made."""
    text = f"external:{system}:{external_id}".encode()
    return derived_id("contact", hmac.digest(key("intake"), text, hashlib.sha256))


def _lead_id(field: str, text: str) -> str:
    if field == "lead_id":
        if not is_id("lead", text):
            raise Refused(field, "lead_id_invalid", "Not the id of a lead")
        return text
    try:
        if field == "email":
            return str(lead_id_of("email", normalise_email(text)))
        return str(lead_id_of("phone", normalise_phone(text)))
    except ValueError as error:
        raise Refused(field, f"{field}_invalid", f"This is {error}") from None
