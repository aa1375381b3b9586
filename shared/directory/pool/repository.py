"""What directory and pool last agreed on (table `directory`).

| entity | pk | sk |
|---|---|---|
| agreement | `STAFF#<staff_id>` | `POOL` |

| question | key | asked by |
|---|---|---|
| a person and their agreement | table, one query | staff_sync |
| the agreements of many | table | staff_compare |
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.directory.model import StaffMember
from shared.directory.repository import directory, staff_key
from shared.platform.requests import Condition, Delete, Item, Put

from .model import Account, Agreed


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of somebody. `signed_out_at` is the sign-out the pool has heard of."""

    person: StaffMember | None
    agreed: Agreed | None = None
    signed_out_at: datetime | None = None
    revision: int = 0


def known_of(staff_id: str) -> Known:
    """What is stored of this person. One strong read."""
    found = directory.query_all(staff_key(staff_id)["pk"], consistent=True)
    items = {item["sk"]: item for item in found}
    person = items.get("STAFF")
    agreement = items.get("POOL")
    return Known(
        StaffMember.model_validate(person) if person else None,
        agreed_of(agreement) if agreement else None,
        _instant(agreement),
        agreement["revision"] if agreement else 0,
    )


def agreements(staff_ids: Iterable[str]) -> dict[str, Agreed]:
    """What was agreed on of these people, by id."""
    keys = [_key(staff_id) for staff_id in staff_ids]
    items = directory.get_many(keys, consistent=False)
    return {item["pk"].removeprefix("STAFF#"): agreed_of(item) for item in items}


def store(staff_id: str, known: Known, agreed: Agreed, signed_out_at: datetime | None) -> Known:
    """Store what is agreed on now. Raises `ConditionFailed` when somebody else did meanwhile."""
    revision = known.revision + 1
    item: Item = {**_key(staff_id), "revision": revision, "account": _packed(agreed.account)}
    if agreed.pushing:
        item["pushing"] = _packed(agreed.pushing)
    if signed_out_at:
        # To the microsecond, as the person has it: they are compared.
        item["signed_out_at"] = signed_out_at.isoformat()
    directory.write(Put(item, _unchanged(known)))
    return Known(known.person, agreed, signed_out_at, revision)


def forget(staff_id: str, known: Known) -> None:
    """Remove what was agreed on: the pool knows this person no longer."""
    directory.write(Delete(_key(staff_id), _unchanged(known)))


def agreed_of(item: Item) -> Agreed:
    """The agreement an item stands for."""
    pushing = item.get("pushing")
    return Agreed(_account(item["account"]), _account(pushing) if pushing else None)


def _key(staff_id: str) -> dict[str, str]:
    return {**staff_key(staff_id), "sk": "POOL"}


def _unchanged(known: Known) -> Condition:
    return Condition(
        "agreement_unchanged",
        "#revision = :revision" if known.revision else "attribute_not_exists(#pk)",
        "what is pushed to the pool was decided on what was agreed before",
        {"revision": known.revision} if known.revision else {},
    )


def _packed(account: Account) -> dict[str, Any]:
    return {
        "email": account.email,
        "roles": sorted(account.roles),
        "disabled": account.disabled,
    }


def _account(packed: dict[str, Any]) -> Account:
    return Account(packed["email"], frozenset(packed["roles"]), packed["disabled"])


def _instant(item: Item | None) -> datetime | None:
    text = (item or {}).get("signed_out_at")
    return datetime.fromisoformat(text) if text else None
