"""Which of a template's offers somebody gets (row M15). Pure."""

from collections.abc import Sequence
from typing import Any, Final

from shared.customers.contacts.model import Contact
from shared.customers.names import folded

from .merge_fields import CUSTOM, OF_CONTACTS
from .model import Offer

TAG: Final = "tag"

FIELDS: Final = (*OF_CONTACTS, TAG)
"""What an offer may ask for, beside custom fields."""


def offer_for(contact: Contact, offers: Sequence[Offer]) -> str | None:
    """The text of the first offer that is meant for a contact; `None`: none is. What is not known
    of somebody is nobody's value."""
    for one in offers:
        if folded(one.value) in _values(contact, one.field):
            return one.text
    return None


def _values(contact: Contact, field: str) -> list[str]:
    first, _, inner = field.partition(".")
    found: Any
    if field == TAG:
        found = contact.tags
    elif first == CUSTOM:
        found = contact.custom.get(inner)
    else:
        found = getattr(contact, field, None)
    each = found if isinstance(found, list) else [found]
    return [folded(_said(value)) for value in each if value is not None]


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
