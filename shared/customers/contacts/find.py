"""Finding a contact by exactly what it is known by."""

from shared.customers.external_ids import holder_of
from shared.customers.identity import AddressKind, contact_id_of, lead_id_of
from shared.platform.requests import Item

from .addresses import claim_key
from .model import Contact
from .repository import contact_key, customers, from_item, load


def find_by_address(kind: AddressKind, normalised: str) -> Contact | None:
    """The contact that has this normalised address, put away ones included.

    One strong read: the address's claim and, as most contacts keep the address they came with,
    the contact of that id. Only a further address, or one of a merged contact, costs another.
    """
    keys = keys_of_address(kind, normalised)
    found = {item["pk"]: item for item in customers.get_many(keys)}
    holder, item = (found.get(one["pk"]) for one in keys)
    return contact_at_address(kind, normalised, holder, item)


def keys_of_address(kind: AddressKind, normalised: str) -> tuple[dict[str, str], dict[str, str]]:
    """Where to look for the contact that has an address (`contact_at_address`)."""
    own = contact_key(contact_id_of(kind, normalised))
    return claim_key(lead_id_of(kind, normalised)), own


def contact_at_address(
    kind: AddressKind, normalised: str, holder: Item | None, item: Item | None
) -> Contact | None:
    """The contact that has an address, by what is at `keys_of_address`: no read mostly."""
    if holder is None or "released" in holder:
        return None
    own = contact_key(contact_id_of(kind, normalised))
    if contact_key(holder["contact_id"]) == own and item and "merged_into" not in item:
        return from_item(item)
    return load(holder["contact_id"])


def holder_at(kind: AddressKind, normalised: str, holder: Item | None) -> str:
    """The id of the contact that has an address, by its claim; of an address nobody has the id of
    whoever will have it."""
    if holder is None or "released" in holder:
        return str(contact_id_of(kind, normalised))
    return str(holder["contact_id"])


def find_by_external(system: str, external_id: str) -> Contact | None:
    """The contact that another system calls so, put away ones included. Two strong reads."""
    contact_id = holder_of("contact", system, external_id)
    return load(contact_id) if contact_id else None
