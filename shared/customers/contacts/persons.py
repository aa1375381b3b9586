"""Which contact a lead's person is."""

from collections.abc import Iterable
from typing import Final

from shared.customers.identity import contact_id_of_lead
from shared.platform.requests import Check, Condition
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

from .addresses import claim_key
from .repository import MAX_HOPS, contact_key, customers


def contacts_of(lead_ids: Iterable[str]) -> dict[str, str]:
    """The contact id of each lead's person, whether or not there is a record of that contact yet.
    One strong read per hundred leads.

    Without a claim the ids have the same symbols; a claim says another contact where the lead's
    address is a further one of it, records were merged, or a converted person came back.
    """
    asked = list(dict.fromkeys(lead_ids))
    claims = customers.get_many(claim_key(one) for one in asked)
    claimed = {item["pk"]: str(item["contact_id"]) for item in claims}
    return {one: claimed.get(claim_key(one)["pk"], contact_id_of_lead(one)) for one in asked}


def contact_of(lead_id: str) -> str:
    """`contacts_of` for one lead. One strong read."""
    return contacts_of([lead_id])[lead_id]


OF_NOBODY_ELSE: Final = "address_of_nobody_else"


def of_nobody_else(lead_id: str) -> tuple[Table, Check]:
    """What refuses a write that takes a lead's person for the contact of the same symbols where a
    claim says another: they are asked in one call instead of a read before it."""
    condition = Condition(
        OF_NOBODY_ELSE,
        "attribute_not_exists(#contact_id) OR #contact_id = :of_nobody_else",
        "a further address of a contact, or one of a record that was merged, is that contact's",
        {"of_nobody_else": contact_id_of_lead(lead_id)},
    )
    return customers, Check(claim_key(lead_id), condition)


def someone_else(lead_id: str, refused: ConditionFailed) -> str | None:
    """The contact because of whom `of_nobody_else` refused a write; `None` where it did not."""
    if OF_NOBODY_ELSE not in refused.conditions:
        return None
    pk = claim_key(lead_id)["pk"]
    return next(str(one["contact_id"]) for one in refused.failures.values() if one.get("pk") == pk)


def known_contact(lead_id: str) -> str | None:
    """The contact there is a record of that a lead's person is; `None` where nobody made one.
    One strong read."""
    claim = customers.get(claim_key(lead_id))
    return str(claim["contact_id"]) if claim else None


def ways_to(contact_ids: Iterable[str]) -> dict[str, list[str]]:
    """For each contact the way to the one that counts now: itself, and from merge to merge those
    it went into, the last one last. One strong read per hundred, and one more per merge."""
    ways = {one: [one] for one in contact_ids}
    waiting = list(ways)
    for _ in range(MAX_HOPS):
        if not waiting:
            break
        keys = {contact_key(ways[one][-1])["pk"]: contact_key(ways[one][-1]) for one in waiting}
        found = {item["pk"]: item for item in customers.get_many(keys.values())}
        further = []
        for one in waiting:
            item = found.get(contact_key(ways[one][-1])["pk"], {})
            if "merged_into" in item:
                ways[one].append(str(item["merged_into"]))
                further.append(one)
        waiting = further
    return ways
