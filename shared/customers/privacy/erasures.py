"""Who was erased when: what is heard of a person from before that must not bring them back.

| entity (table `customers`) | pk | sk |
|---|---|---|
| erased person, ids only | `ERASED#<contact_id>` | `ERASED` |

| question | key | asked by |
|---|---|---|
| was this person erased after an instant | table | whatever writes down what it hears of later |

An entry stays: events of that time are in archives for a fortnight, and in back-ups for longer.
It does not stand in the way of somebody who comes back: what they do after is after.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.kernel.clock import iso
from shared.platform.requests import Check, Condition, Update
from shared.platform.tables import Table

customers = Table(CUSTOMERS)

ERASED: Final = "person_not_erased_since"
"""The name of the condition that refuses what would bring somebody back."""


def not_erased_since(contact_id: str, at: str) -> Check:
    """Let a write happen only if the person was not erased at or after the instant `at` (ISO
    text), when what is written was true."""
    condition = Condition(
        ERASED,
        "attribute_not_exists(#erased_at) OR #erased_at < :true_at",
        "what was on its way when a person was erased must not bring them back",
        {"true_at": at},
    )
    return Check(_key(contact_id), condition)


def erased_at(contact_ids: Iterable[str]) -> dict[str, str]:
    """When those of these persons who were erased were (ISO text). Strong reads, one call per
    hundred."""
    items = customers.get_many(_key(one) for one in dict.fromkeys(contact_ids))
    return {item["pk"].removeprefix("ERASED#"): item["erased_at"] for item in items}


def gone(contact_id: str, at: str, erased: Mapping[str, str]) -> bool:
    """Whether what happened to a person at `at` (ISO text) is not to be kept: they were erased
    after. `erased` is what `erased_at` found."""
    return erased.get(contact_id, "") >= at


def erased_op(contact_id: str, request_id: str, at: datetime) -> Update:
    """Note that a person is erased as of `at`. The latest request counts."""
    later = Condition(
        "erasure_not_older",
        "attribute_not_exists(#erased_at) OR #erased_at <= :at",
        "an erasure that is carried out late must not hide a later one",
        {"at": iso(at)},
    )
    changes = {"erased_at": iso(at), "request_id": request_id}
    return Update(_key(contact_id), set=changes, condition=later)


def _key(contact_id: str) -> dict[str, str]:
    return {"pk": f"ERASED#{contact_id}", "sk": "ERASED"}
