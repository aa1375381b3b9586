"""Where suppressed addresses are kept (table `customers`): as keyed hashes, which survive the
erasure of the person and tell nobody who it was.

| entity | pk | sk |
|---|---|---|
| suppression for one purpose, or for everything | `SUPPRESSED#<keyed hash of kind and address>` | `<purpose>` or `ALL` |

| question | key | asked by |
|---|---|---|
| may these addresses be written to for a purpose | table, many at once | whatever sends, imports |
| did mail to an address come back for good | table | portal_mail |
| all of one address | table | consent_admin, privacy_work |
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.customers.identity import AddressKind
from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import iso
from shared.platform.keys import keyed_hash
from shared.platform.requests import Delete, Item, Update
from shared.platform.tables import Table

from .model import Reason, Suppression

HASH_PURPOSE: Final = "suppression"
ALL: Final = "ALL"
"""Sorts apart from every purpose, which is of small letters."""

MARKETING: Final = "marketing"
"""What is suppressed for this gets no campaign, whatever its purpose is called."""

Address = tuple[AddressKind, str]
"""Kind and normalised address."""

customers: Final = Table(CUSTOMERS)


def address_hash(kind: AddressKind, address: str) -> str:
    """What is kept of a normalised address."""
    return keyed_hash(HASH_PURPOSE, f"{kind}:{address}")


def suppressed(kind: AddressKind, address: str, purpose: str) -> Suppression | None:
    """Why an address must not be written to for `purpose`; `None`: it may. One strong read."""
    return suppressed_among([(kind, address)], purpose).get((kind, address))


def suppressed_among(addresses: Iterable[Address], *purposes: str) -> dict[Address, Suppression]:
    """Those of the normalised `addresses` that must not be written to for any of `purposes`, and
    why; what holds for everything comes first. Strong reads, one call per hundred entries: one for
    everything and one for each purpose of each address."""
    hashes = {address_hash(*one): one for one in addresses}
    found: dict[Address, Suppression] = {}
    keys = [_key(one, part) for one in hashes for part in {*purposes, ALL}]
    for item in sorted(customers.get_many(keys), key=lambda item: str(item["sk"]), reverse=True):
        # `ALL` sorts before any purpose, so it is what is kept.
        found[hashes[item["pk"].removeprefix("SUPPRESSED#")]] = _from_item(item)
    return found


def bounces(address: Address) -> bool:
    """Whether mail to a normalised address came back for good: then nothing is sent to it, not even
    what its owner asks for. One strong read."""
    items = customers.get_many([_key(address_hash(*address), ALL)])
    return any(Reason.HARD_BOUNCE in item["reasons"] for item in items)


def erased_among(addresses: Iterable[Address]) -> set[Address]:
    """Those of the normalised `addresses` whose person was erased: nothing may bring them back
    but the person. Strong reads, one call per hundred addresses."""
    hashes = {address_hash(*one): one for one in addresses}
    items = customers.get_many(_key(one, ALL) for one in hashes)
    return {
        hashes[item["pk"].removeprefix("SUPPRESSED#")]
        for item in items
        if Reason.ERASED in item["reasons"]
    }


def of_hash(hashed: str) -> list[Suppression]:
    """Everything kept of one address. One query."""
    items = customers.query_all(_pk(hashed), consistent=True)
    return [_from_item(item) for item in items]


def suppress_op(hashed: str, purpose: str | None, reason: Reason, at: datetime) -> Update:
    """Suppress an address, by its hash, for one purpose or for everything. Nothing that was said
    before is lost, and saying it again changes nothing, so no condition is needed."""
    key = _key(hashed, purpose or ALL)
    return Update(key, set_once={"since": iso(at)}, add={"reasons": {str(reason)}})


def lift_op(hashed: str, purpose: str | None) -> Delete:
    """Let an address be written to again, as far as this entry goes."""
    return Delete(_key(hashed, purpose or ALL))


def _from_item(item: Item) -> Suppression:
    purpose = None if item["sk"] == ALL else item["sk"]
    return Suppression.model_validate({**item, "purpose": purpose})


def _key(hashed: str, purpose: str) -> dict[str, str]:
    return {"pk": _pk(hashed), "sk": purpose}


def _pk(hashed: str) -> str:
    return f"SUPPRESSED#{hashed}"
