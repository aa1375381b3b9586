"""What templates may say of a person."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.customers.contacts.model import Contact

OF_CONTACTS: Final = (
    "first_name",
    "last_name",
    "name",
    "email",
    "phone",
    "job_title",
    "country",
    "language",
)
CUSTOM: Final = "custom"
"""Custom fields are `custom.<name>`."""

OURS: Final = ("company_name", "unsubscribe_url", "preferences_url")
"""What each message has, whoever gets it."""

LINKS: Final = ("unsubscribe_url", "preferences_url")

OFFER: Final = "offer"
"""What a person's offer says, where the template has some."""

NAMES: Final = frozenset({*OF_CONTACTS, CUSTOM, *OURS, OFFER})


def values_of(
    contact: Contact,
    defaults: Mapping[str, str],
    ours: Mapping[str, str],
    offer: str | None = None,
) -> dict[str, Any]:
    """What is known of a contact by merge field, their `offer` among it; what is not is left out,
    but for `defaults`."""
    custom = {name: value for name, value in contact.custom.items() if value not in ("", [], None)}
    known: dict[str, Any] = {OFFER: offer} if offer else {}
    for name in OF_CONTACTS:
        value = getattr(contact, name)
        if value:
            known[name] = value
    for name, text in defaults.items():
        field, _, inner = name.partition(".")
        if inner:
            custom.setdefault(inner, text)
        else:
            known.setdefault(field, text)
    return {**known, CUSTOM: Fields(custom), **ours}


class Fields:
    """Custom fields by name: nothing else of it can be reached, as could of a `dict`."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]


def custom_names(paths: Iterable[str]) -> set[str]:
    """The custom fields among paths such as `custom.size`."""
    return {one.partition(".")[2] for one in paths if one.startswith(f"{CUSTOM}.")}
