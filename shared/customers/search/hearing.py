"""Which records an event asks to be read again."""

from typing import Any, Final

from shared.customers.events import (
    AccountChanged,
    AccountCreated,
    AccountDeleted,
    AccountRestored,
    ContactChanged,
    ContactCreated,
    ContactDeleted,
    ContactErased,
    ContactRestored,
    ContactsMerged,
    MergeUndone,
)

CONTACTS: Final = (
    ContactCreated,
    ContactChanged,
    ContactDeleted,
    ContactRestored,
    ContactsMerged,
    MergeUndone,
    ContactErased,
)
RENAMING: Final = (AccountChanged, AccountDeleted, AccountRestored)
ACCOUNTS: Final = (AccountCreated, *RENAMING)

_OF_INTEREST: Final = frozenset(
    ("first_name", "last_name", "accounts", "emails", "phones", "country")
)
"""What a contact is found by or compared by."""


def contacts_in(event: Any) -> list[str]:
    """The contacts to look at again, the one that still counts first."""
    if isinstance(event, ContactsMerged | MergeUndone):
        return [event.contact_id, event.merged_id]
    if isinstance(event, ContactChanged) and not _OF_INTEREST & set(event.fields):
        return []
    return [event.contact_id] if isinstance(event, CONTACTS) else []


def accounts_in(event: Any) -> list[str]:
    """The accounts to look at again."""
    return [event.account_id] if isinstance(event, ACCOUNTS) else []


def renamed(event: Any) -> str | None:
    """The account whose members are found by another name from now on."""
    if isinstance(event, AccountChanged) and "name" not in event.fields:
        return None
    return event.account_id if isinstance(event, RENAMING) else None
