"""Where promises are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| promise, carrying `PromiseSettled` | `CONTACT#<contact_id>` | `PROMISE#<promise_id>` |

| question | key | asked by |
|---|---|---|
| one promise | table | interaction_capture |
| what a person was promised | table, `PROMISE#` | contact_history |

A promise is stored in the transaction of the interaction that made it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from shared.customers.events import CustomersEvent
from shared.customers.tables import CUSTOMERS
from shared.kernel.errors import Stale
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

from .model import Promise, PromiseState

PROMISE: Final = "PROMISE#"

customers: Final = Table(CUSTOMERS)

_NEW: Final = Condition(
    "promise_new", "attribute_not_exists(#pk)", "a promise is made once, with its interaction"
)


def promise_key(contact_id: str, promise_id: str) -> dict[str, str]:
    """The key of a promise."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{PROMISE}{promise_id}"}


def made(promise: Promise) -> Put:
    """Store a new promise."""
    return Put(_item(promise), _NEW)


def load_promise(contact_id: str, promise_id: str) -> Promise | None:
    """One promise. One strong read."""
    item = customers.get(promise_key(contact_id, promise_id))
    return from_item(item) if item else None


def save(before: Promise, after: Promise, events: Sequence[CustomersEvent]) -> None:
    """Store a promise in place of what it was. Raises `Stale`."""
    unchanged = Condition(
        "promise_unchanged",
        "#version = :promise_version",
        "two people settling a promise at once must not overwrite each other",
        {"promise_version": before.version},
    )
    try:
        customers.write(Put(_item(after), unchanged, events))
    except ConditionFailed as refused:
        found = refused.found(0) or {}
        raise Stale("version_stale", version=int(found.get("version", 0))) from refused


def promises_of(contact_id: str) -> list[Promise]:
    """What a person was promised: open ones soonest due first, then settled ones, last settled
    first. One query: some two thousand promises are looked at."""
    page = customers.query(f"CONTACT#{contact_id}", begins=PROMISE, consistent=True)
    return in_order(map(from_item, page.items))


def in_order(promises: Iterable[Promise]) -> list[Promise]:
    """Open promises soonest due first, then settled ones, last settled first."""
    found = list(promises)
    still = [one for one in found if one.state is PromiseState.OPEN]
    settled = [one for one in found if one.state is not PromiseState.OPEN]
    # `~` sorts behind every instant: what is due at no time comes last.
    still.sort(key=lambda one: (one.due_at or "~", one.made_at, one.promise_id))
    settled.sort(key=lambda one: (one.settled_at or "", one.promise_id), reverse=True)
    return still + settled


def _item(promise: Promise) -> Item:
    stored = promise.model_dump(mode="json", exclude={"contact_id"}, exclude_none=True)
    return {**promise_key(promise.contact_id, promise.promise_id), "kind": "promise", **stored}


def from_item(item: Item) -> Promise:
    """The promise an item stands for."""
    return Promise.model_validate({**item, "contact_id": item["pk"].removeprefix("CONTACT#")})
