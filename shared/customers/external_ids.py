"""What other systems call a contact or an account: each of their ids is one record's, by key.

| entity (table `customers`) | pk | sk |
|---|---|---|
| another system's id of a contact | `EXTERNAL#<system>#<id>` | `CONTACT` |
| another system's id of an account | `EXTERNAL#<system>#<id>` | `ACCOUNT` |
"""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.platform.requests import Condition, Delete, Put

from .writing import Noun, Part, customers, stale, taken

_FREE: Final = Condition(
    "external_id_free",
    "attribute_not_exists(#pk)",
    "another system's id is one record's: two records of it are a duplicate",
)


def external_key(noun: Noun, system: str, external_id: str) -> dict[str, str]:
    """The key under which another system's id is kept."""
    return {"pk": f"EXTERNAL#{system}#{external_id}", "sk": noun.upper()}


def external_parts(
    noun: Noun, record_id: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Part]:
    """What claims a record's ids of other systems and gives up those it had, by system."""
    for system, external_id in after.items():
        if before.get(system) != external_id:
            item = {**external_key(noun, system, external_id), f"{noun}_id": record_id}
            path = f"external_ids.{system}"
            yield Part(Put(item, _FREE), taken(noun, "external_id_taken", path))
    for system, external_id in before.items():
        if after.get(system) != external_id:
            ours = Condition(
                "external_id_ours",
                f"#{noun}_id = :claimant",
                "only its record gives an id up",
                {"claimant": record_id},
            )
            yield Part(Delete(external_key(noun, system, external_id), ours), stale(noun))


def holder_of(noun: Noun, system: str, external_id: str) -> str | None:
    """The record another system calls so. One strong read."""
    item = customers.get(external_key(noun, system, external_id))
    return str(item[f"{noun}_id"]) if item else None
