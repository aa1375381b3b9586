"""Putting masks in the place of values: pure, and the same wherever a contact is shown."""

from collections.abc import Collection
from typing import Any, TypeVar

from shared.customers.contacts.model import ContactSummary
from shared.customers.custom_fields.visibility import MASK, masked

Known = TypeVar("Known", bound=ContactSummary)


def without(contact: Known, hidden: Collection[str]) -> Known:
    """The contact with masks in place of the standard fields `hidden`: of an e-mail address its
    domain is left, of numbers and ids their end."""
    changes: dict[str, Any] = {}
    if "emails" in hidden:
        changes["emails"] = [
            one.model_copy(update={"address": _address(one.address)}) for one in contact.emails
        ]
    if "phones" in hidden:
        changes["phones"] = [
            one.model_copy(update={"number": masked(one.number)}) for one in contact.phones
        ]
    if "external_ids" in hidden and (ids := getattr(contact, "external_ids", None)):
        changes["external_ids"] = {system: masked(one) for system, one in ids.items()}
    return contact.model_copy(update=changes) if changes else contact


def has(contact: ContactSummary, field: str) -> bool:
    """Whether a contact has a value in a field."""
    return bool(getattr(contact, field, None))


def _address(email: str) -> str:
    return f"{MASK}@{email.rpartition('@')[2]}"
