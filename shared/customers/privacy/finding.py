"""By what else a person is known in this area: merged records, addresses, what these stand for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shared.customers.contacts.addresses import claim_key
from shared.customers.contacts.repository import contact_key
from shared.customers.identity import contact_id_of, lead_id_of
from shared.customers.interactions.subjects import contact_id_of_external
from shared.customers.tables import CUSTOMERS
from shared.platform.tables import Item, Table

from .person import Address, Person

customers: Final = Table(CUSTOMERS)

_TOLD_BY: Final[tuple[dict[str, Any], ...]] = (
    {"between": ("CHANGE#", "CONTACT")},
    {"begins": "MERGE#"},
)
"""Where items of a contact are that tell its addresses, present and former, and its other
records: its changes up to the contact itself, and what was merged into it."""


def widen(person: Person, looked_at: Person) -> Person:
    """Everything that the contact, its changes and its merges tell of a person. Two queries per
    record, two reads per hundred addresses."""
    for contact_id in person.contact_ids:
        for item in () if contact_id in looked_at.contact_ids else _telling(contact_id):
            person = person.known_also(
                contact_ids=[*_records(item), *_before_they_were_known(item)],
                lead_ids=item.get("lead_ids", ()),
                addresses=addresses_in(item),
            )
    if person == looked_at:
        return person
    return _with_what_addresses_stand_for(person)


def claims_of(lead_ids: Iterable[str]) -> dict[str, str]:
    """The contact that claims each of these leads, or the address it stands for; leads that
    nobody claims are left out. One strong read per hundred."""
    asked = {claim_key(one)["pk"]: one for one in lead_ids}
    items = customers.get_many(claim_key(one) for one in asked.values())
    return {asked[item["pk"]]: item["contact_id"] for item in items}


def addresses_in(value: Any) -> Iterator[Address]:
    """The addresses anywhere in something stored: `emails` and `phones` as contacts keep them."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name == "emails" and isinstance(part, list):
                yield from (("email", str(one["address"])) for one in part)
            elif name == "phones" and isinstance(part, list):
                yield from (("phone", str(one["number"])) for one in part)
            else:
                yield from addresses_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from addresses_in(part)


def _telling(contact_id: str) -> Iterator[Item]:
    pk = contact_key(contact_id)["pk"]
    for where in _TOLD_BY:
        yield from customers.query_all(pk, consistent=True, **where)


def _before_they_were_known(item: Item) -> list[str]:
    """Under which ids what other systems told of the person was kept, by what they call them."""
    external: dict[str, str] = item.get("external_ids", {})
    return [contact_id_of_external(*one) for one in external.items()]


def _records(item: Item) -> list[str]:
    return [str(item[name]) for name in ("merged_into", "merged_id") if item.get(name)]


def _with_what_addresses_stand_for(person: Person) -> Person:
    """Without the addresses that are another contact's by now; with the records under whose id
    the history of an address began, as long as these are nobody else's."""
    by_lead = {lead_id_of(*one): one for one in person.addresses}
    claims = claims_of(by_lead) if by_lead else {}
    lost = {
        address
        for lead_id, address in by_lead.items()
        if claims.get(lead_id, person.contact_id) not in person.contact_ids
    }
    kept = tuple(one for one in person.addresses if one not in lost)
    first = {contact_id_of(*one) for one in kept} - {*person.contact_ids}
    items = customers.get_many(map(contact_key, first)) if first else []
    others = {
        item["pk"].removeprefix("CONTACT#")
        for item in items
        if item.get("merged_into") not in person.contact_ids
    }
    return person.without(lost).known_also(contact_ids=sorted(first - others))
