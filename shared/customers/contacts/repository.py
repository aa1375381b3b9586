"""Where contacts are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| contact, carrying its events | `CONTACT#<contact_id>` | `CONTACT` |
| merged away: `merged_into` and `merge_id` | `CONTACT#<contact_id>` | `CONTACT` |
| whose an address is, or a lead (see `addresses`) | `IDENTITY#<26 symbols>` | `IDENTITY` |
| whose another system's id is (see `external_ids`) | `EXTERNAL#<system>#<id>` | `CONTACT` |
| has a tag (see `customers.writing`) | `TAG#CONTACT#<folded tag>` | `<contact_id>` |
| belongs to an account | `ACCOUNT#<account_id>` | `CONTACT#<contact_id>` |

| question | key | asked by |
|---|---|---|
| one contact | table | contact_admin and all who show people |
| contacts by id | table, many at once | lists of members, tags, search |
| all by name, or by the beginning of a name | `by_list`: `CONTACTS`, `<folded name>#<contact_id>` | contact_admin |
| those put away | `by_list`: `CONTACTS#DELETED`, the same | contact_admin |
| those somebody looks after | `by_owner`: `CONTACTS#<staff_id>`, the same | contact_admin |

The list is one index key, which takes about a thousand writes a second (infra/decisions.md).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from shared.customers.names import sort_key, sorted_name
from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import NotFound
from shared.kernel.events import DomainEvent
from shared.kernel.ids import is_id
from shared.platform import timers
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table

from .model import Contact, ContactSummary

PURGE: Final = "privacy_plan"
"""The kind of the timer of contacts that are put away (`retention.purging`)."""

MAX_HOPS: Final = 8
"""How many merges are followed from one id: a longer way is a circle."""

LIST: Final = "CONTACTS"
DELETED: Final = "CONTACTS#DELETED"

customers = Table(CUSTOMERS)

NEW: Final = Condition(
    "contact_new", "attribute_not_exists(#pk)", "one record per person: an address is one contact's"
)


def contact_key(contact_id: str) -> dict[str, str]:
    """The key of a contact's own item."""
    return {"pk": f"CONTACT#{contact_id}", "sk": "CONTACT"}


def owner_partition(staff_id: str) -> str:
    """The `by_owner` key of the contacts somebody looks after."""
    return f"CONTACTS#{staff_id}"


def load(contact_id: str) -> Contact | None:
    """The contact that `contact_id` now means, put away ones included; `None` where there is
    none. One strong read, and one more per merge on the way."""
    item = followed(contact_id)
    return from_item(item) if item else None


def need(contact_id: str) -> Contact:
    """`load`, raising `NotFound`."""
    contact = load(contact_id)
    if contact is None:
        raise NotFound("contact_not_found", "There is no such contact")
    return contact


def followed(contact_id: str) -> Item | None:
    """The stored contact that `contact_id` now means, as `load`."""
    for _ in range(MAX_HOPS):
        item = customers.get(contact_key(contact_id)) if is_id("contact", contact_id) else None
        if item is None or "merged_into" not in item:
            return item
        contact_id = item["merged_into"]
    return None


def in_short(contact_ids: Iterable[str]) -> dict[str, ContactSummary]:
    """Those among contacts that are neither put away nor merged, by id, in short. One call per
    hundred."""
    keys = [contact_key(one) for one in dict.fromkeys(contact_ids)]
    items = customers.get_many(keys, consistent=False) if keys else []
    live = [item for item in items if "version" in item and "deleted_at" not in item]
    return {one.contact_id: one for one in map(summary, live)}


def from_item(item: Item) -> Contact:
    """The contact a stored item stands for."""
    return Contact.model_validate(_named(item))


def summary(item: Item) -> ContactSummary:
    """The contact in short that an item, or an index's projection of it, stands for."""
    return ContactSummary.model_validate(_named(item))


def saved(before: Contact | None, after: Contact, events: Sequence[DomainEvent]) -> Put:
    """Store a contact in place of what it was (`None`: there is none yet), with what it takes to
    be found in lists. Its claims, tags and memberships are further operations (`writing`)."""
    return Put(attributes(after), NEW if before is None else unchanged(before), events)


def attributes(contact: Contact) -> Item:
    """A contact as stored, with its keys. What was never set or is empty is left out."""
    known = contact.model_dump(exclude_unset=True, exclude_none=True)
    return {
        **contact_key(contact.contact_id),
        "kind": "contact",
        **{name: value for name, value in known.items() if value not in ([], {}, "")},
        **_index(contact),
        **_timer(contact),
    }


def touched(contact: Contact, at: datetime, **values: Any) -> Contact:
    """The contact with `values` changed at `at` (`None` takes one away): its next version."""
    known = contact.model_dump(exclude_unset=True) | values
    known |= {"updated_at": iso(at), "version": contact.version + 1}
    return Contact.model_validate({name: v for name, v in known.items() if v is not None})


def unchanged(contact: Contact) -> Condition:
    """The contact is still as it was read."""
    return Condition(
        "contact_unchanged",
        "#version = :contact_version",
        "what was decided holds only for the state it was decided on",
        {"contact_version": contact.version},
    )


def name_of(contact: ContactSummary) -> str:
    """What a contact is sorted by: "last name first name", or an address without any."""
    return sorted_name(*_named_by(contact))


def _index(contact: Contact) -> dict[str, str]:
    place = sort_key(contact.contact_id, *_named_by(contact))
    if contact.deleted_at:
        return {"list_pk": DELETED, "list_sk": place}
    found = {"list_pk": LIST, "list_sk": place}
    if contact.owner_id:
        found |= {"owner_pk": owner_partition(contact.owner_id), "owner_sk": place}
    return found


def _named_by(contact: ContactSummary) -> tuple[str | None, ...]:
    if contact.name:
        return contact.last_name, contact.first_name
    return (contact.email or contact.phone,)


def _timer(contact: Contact) -> dict[str, str]:
    """What has a contact that is put away come up when it is to be purged."""
    if contact.purge_at is None:
        return {}
    return timers.attributes(PURGE, parse_instant(contact.purge_at), contact.contact_id)


def _named(item: Item) -> Item:
    return {**item, "contact_id": item["pk"].removeprefix("CONTACT#")}
