"""One list with a page of its people, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import contact_key, summary

from .model import ContactList, Member
from .repository import customers, from_item, list_key, members, unknown


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list, some of its members, their contacts by id (those put away are not there), and the
    cursor of the members that follow."""

    of: ContactList
    members: list[Member]
    contacts: Mapping[str, ContactSummary]
    rest: str | None


def list_page(list_id: str, limit: int, cursor: str | None) -> ListPage:
    """A list with up to `limit` (at most 99) of its members. Two calls. Raises `NotFound`."""
    found, rest = members(list_id, limit, cursor)
    keys = [list_key(list_id), *(contact_key(one.contact_id) for one in found)]
    items = {item["pk"]: item for item in customers.get_many(keys)}
    of = items.pop(list_key(list_id)["pk"], None)
    if of is None or "deleted_at" in of:
        raise unknown()
    there = [one for one in items.values() if "version" in one and "deleted_at" not in one]
    contacts = {one.contact_id: one for one in map(summary, there)}
    return ListPage(from_item(of), found, contacts, rest)
