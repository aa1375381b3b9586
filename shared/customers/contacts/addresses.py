"""Whose an address or a lead is: one contact's, by key.

| entity (table `customers`) | pk | sk |
|---|---|---|
| claim: `contact_id`, `kind` (`email`, `phone`, `lead`), `released` | `IDENTITY#<26 symbols>` | `IDENTITY` |

The 26 symbols are those of the address's lead id (`customers.identity`), so a claim also answers
whose lead that is. Claims are written in their contact's own transaction. A contact that gives an
address up leaves its claim behind as released: what its lead did stays with the contact until
another one takes the address. Claims of a contact that is put away stand.
"""

from typing import Final

from shared.customers.identity import AddressKind, lead_id_of, symbols_of
from shared.platform.requests import Condition, Put, Update

from .model import Contact

FREE: Final = Condition(
    "identity_free",
    "attribute_not_exists(#pk) OR attribute_exists(#released)",
    "an address is one person's: two records of it are a duplicate",
)


def claim_key(lead_id: str) -> dict[str, str]:
    """The key of the claim on a lead, or on the address that the lead's id stands for."""
    return {"pk": f"IDENTITY#{symbols_of(lead_id)}", "sk": "IDENTITY"}


def claim_address(kind: AddressKind, normalised: str, contact_id: str) -> Put:
    """Make an address this contact's, unless it is another's."""
    return _claim(lead_id_of(kind, normalised), kind, contact_id)


def claim_lead(lead_id: str, contact_id: str) -> Put:
    """Make a lead this contact's whose id does not follow from one of its addresses."""
    return _claim(lead_id, "lead", contact_id)


def release_address(kind: AddressKind, normalised: str, contact_id: str) -> Update:
    """Give an address up; whoever wants it may have it."""
    ours = Condition(
        "identity_ours",
        "#contact_id = :claimant",
        "only its contact gives an address up",
        {"claimant": contact_id},
    )
    return Update(claim_key(lead_id_of(kind, normalised)), set={"released": True}, condition=ours)


def addresses_of(contact: Contact | None) -> dict[tuple[AddressKind, str], str]:
    """A contact's addresses as (kind, normalised), each with the path of the field it is in."""
    if contact is None:
        return {}
    emails = {("email", one.address): f"emails.{n}.address" for n, one in enumerate(contact.emails)}
    phones = {("phone", one.number): f"phones.{n}.number" for n, one in enumerate(contact.phones)}
    return {**emails, **phones}  # type: ignore[dict-item]


def _claim(lead_id: str, kind: str, contact_id: str) -> Put:
    return Put({**claim_key(lead_id), "contact_id": contact_id, "kind": kind}, FREE)
