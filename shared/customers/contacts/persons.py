"""Which contact a lead's person is."""

from collections.abc import Iterable

from shared.customers.identity import contact_id_of_lead

from .addresses import claim_key
from .repository import customers


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


def known_contact(lead_id: str) -> str | None:
    """The contact there is a record of that a lead's person is; `None` where nobody made one.
    One strong read."""
    claim = customers.get(claim_key(lead_id))
    return str(claim["contact_id"]) if claim else None
