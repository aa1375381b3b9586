"""Whatever leads to one contact leads to another from now on: addresses, also those it gave up,
leads, other systems' ids."""

from collections.abc import Iterable
from typing import Final

from shared.customers.contacts.addresses import claim_key
from shared.customers.contacts.model import Contact
from shared.customers.external_ids import external_key
from shared.customers.identity import AddressKind, lead_id_of, symbols_of
from shared.customers.trail import CHANGE
from shared.platform.requests import Condition, Item, Update

from .repository import customers

_GIVEN_UP: Final = 40
"""So many of the addresses that a contact once had are looked for, the last ones."""


def leading_to(contact: Contact) -> list[Item]:
    """What is stored and leads to a contact. A query of its changes, and one strong read."""
    leads = leads_of_addresses(contact)
    leads |= {*contact.lead_ids, *_given_up(contact.contact_id)}
    keys = [claim_key(one) for one in sorted({*leads, f"lead_{symbols_of(contact.contact_id)}"})]
    keys += [external_key("contact", *one) for one in sorted(contact.external_ids.items())]
    return [one for one in customers.get_many(keys) if one["contact_id"] == contact.contact_id]


def claims_now(pks: Iterable[str]) -> list[Item]:
    """Claims by their `pk`, as they are now. One strong read."""
    sort_keys = {"IDENTITY": "IDENTITY", "EXTERNAL": "CONTACT"}
    keys = [{"pk": pk, "sk": sort_keys[pk.partition("#")[0]]} for pk in pks]
    return customers.get_many(keys) if keys else []


def leads_of_addresses(contact: Contact) -> set[str]:
    """The leads that the addresses of a contact stand for."""
    leads = {_lead("email", one.address) for one in contact.emails}
    return leads | {_lead("phone", one.number) for one in contact.phones}


def leads_in(claims: Iterable[Item]) -> list[str]:
    """The leads that claims are of."""
    return [
        f"lead_{claim['pk'].removeprefix('IDENTITY#')}"
        for claim in claims
        if claim["pk"].startswith("IDENTITY#")
    ]


def lead_elsewhere(claim: Item, contact_id: str, *, in_use: bool = False) -> Update:
    """Let a claim lead to another contact. `in_use`: it is not given up there."""
    ours = Condition(
        "claim_unchanged",
        "#contact_id = :holder",
        "somebody may have taken an address that was given up",
        {"holder": claim["contact_id"]},
    )
    key = {"pk": claim["pk"], "sk": claim["sk"]}
    return Update(
        key,
        set={"contact_id": contact_id},
        remove=("released",) if in_use else (),
        condition=ours,
    )


def _given_up(contact_id: str) -> Iterable[str]:
    changes = customers.query(
        f"CONTACT#{contact_id}", begins=CHANGE, forward=False, limit=_GIVEN_UP, consistent=True
    )
    for item in changes.items:
        before = item.get("before", {})
        for one in before.get("emails", ()):
            yield _lead("email", one["address"])
        for one in before.get("phones", ()):
            yield _lead("phone", one["number"])


def _lead(kind: AddressKind, normalised: str) -> str:
    return lead_id_of(kind, normalised)
