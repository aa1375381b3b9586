"""Keeping the index in step with the records: whatever event told of them, they are read as they
are by now, so that events may come twice, late and in any order."""

from collections.abc import Callable, Iterable
from typing import Final

from shared.customers.accounts.keys import account_key
from shared.customers.contacts.repository import contact_key
from shared.kernel.errors import Busy
from shared.platform.requests import Item
from shared.platform.writes import ConditionFailed

from .entries import NOTHING, Entries, account_entries, contact_entries
from .repository import customers, indexed, replace, settled
from .vocabulary import join, leave

_ATTEMPTS: Final = 5
_COMPANIES: Final = 3
"""A contact is found by the names of so many of its accounts, the primary one first."""


def index_contact(contact_id: str) -> None:
    """Index a contact as it is now, or take it out: one that is put away, merged or erased is not
    found. Three or four reads and, where something changed, a write. Raises `Busy`."""
    _index(contact_id, lambda: _of_contact(customers.get(contact_key(contact_id))))


def index_account(account_id: str) -> None:
    """Index an account as it is now, or take it out. Raises `Busy`."""
    _index(account_id, lambda: _of_account(customers.get(account_key(account_id))))


def take_out(entity_id: str) -> None:
    """Take a contact or account out of the index, whatever its record says. Raises `Busy`."""
    _index(entity_id, lambda: NOTHING)


def companies_of(accounts: Iterable[Item]) -> list[str]:
    """The names of a contact's accounts that are not put away, the primary one first; one strong
    read. `accounts` are its memberships as stored."""
    ranked = sorted(accounts, key=lambda one: not one.get("primary"))[:_COMPANIES]
    keys = [account_key(one["account_id"]) for one in ranked]
    found = {item["pk"]: item for item in customers.get_many(keys)} if keys else {}
    known = (found.get(key["pk"], {}) for key in keys)
    return [item["name"] for item in known if "name" in item and "deleted_at" not in item]


def _index(entity_id: str, entries: Callable[[], Entries]) -> None:
    for _ in range(_ATTEMPTS):
        # Before the record: who writes the index last must have read the record last.
        before = indexed(entity_id)
        wanted = entries()
        try:
            after = before if before.entries == wanted else replace(before, wanted)
            join((word for word in wanted.words if " " not in word), entity_id)
            if after.leaving:
                leave(after.leaving)
                settled(after)
        except ConditionFailed:
            continue
        else:
            return
    raise Busy("index_contended")


def _of_contact(item: Item | None) -> Entries:
    if item is None or "merged_into" in item or "deleted_at" in item:
        return NOTHING
    name = (item.get("first_name"), item.get("last_name"))
    return contact_entries(name, companies_of(item.get("accounts", ())))


def _of_account(item: Item | None) -> Entries:
    if item is None or "name" not in item or "deleted_at" in item:
        return NOTHING
    return account_entries(item["name"])
