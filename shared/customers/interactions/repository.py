"""Where interactions leave their receipts (table `customers`).

| entity | pk | sk |
|---|---|---|
| receipt | `INTERACTION#<interaction_id>` | `INTERACTION` |

| question | key | asked by |
|---|---|---|
| which of these are stored already | table | interaction_capture |

The interaction itself is an entry of the person's history, with promises and products beside it.
Its id is made from the caller and the caller's own id of it, so the receipt, written in the same
transaction, is the whole of "a receipt replayed is one purchase": whatever the second one says
of when or with whom it was, it finds this place taken. A receipt names nobody: it stays when a
person is erased, and what is sent again then counts nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.customers.privacy.erasures import gone, not_erased_since
from shared.customers.tables import CUSTOMERS
from shared.platform.requests import Condition, Item, Key, Op, Put
from shared.platform.tables import Table
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed

customers: Final = Table(CUSTOMERS)

_NEW: Final = Condition(
    "interaction_new", "attribute_not_exists(#pk)", "what is sent again must not count again"
)


@dataclass(frozen=True, slots=True)
class Writing:
    """What it takes to store one interaction: its receipt, then everything else."""

    interaction_id: str
    contact_id: str
    occurred_at: str
    ops: Sequence[Op]


def receipt_key(interaction_id: str) -> dict[str, str]:
    """The key of an interaction's receipt."""
    return {"pk": f"INTERACTION#{interaction_id}", "sk": "INTERACTION"}


def receipt(interaction_id: str, request_hash: str) -> Put:
    """Remember that an interaction is stored, and by a keyed hash what was said."""
    return Put({**receipt_key(interaction_id), "request_hash": request_hash}, _NEW)


def read(keys: Iterable[Key]) -> dict[tuple[str, str], Item]:
    """The items at `keys`, by their keys. One strong read per hundred."""
    distinct = {(one["pk"], one["sk"]): one for one in keys}
    return {(item["pk"], item["sk"]): item for item in customers.get_many(distinct.values())}


@dataclass(frozen=True, slots=True)
class NotStored:
    """What stood in the way: the receipts that others had left meanwhile, by id, and the
    interactions whose person was erased after they happened."""

    taken: Mapping[str, Item]
    erased: frozenset[str]


def save_new(writings: Iterable[Writing]) -> NotStored:
    """Store those interactions whose receipts are not there yet and whose people were not erased
    since, each whole or not at all, as many in one call as a transaction holds.

    Raises `Busy`, with some of them stored perhaps: sending all again stores the others.
    """
    taken: dict[str, Item] = {}
    erased: set[str] = set()
    for chunk in _chunks(writings):
        rest = chunk
        while rest:
            ops = [op for one in rest for op in one.ops]
            people = _earliest(rest)
            checks = [not_erased_since(*one) for one in people.items()]
            try:
                customers.write(*ops, *checks)
            except ConditionFailed as refused:
                found, late = _receipts_found(rest, refused), set[str]()
                for at, contact_id in enumerate(people, start=len(ops)):
                    if item := refused.found(at):
                        late |= _late(rest, contact_id, str(item["erased_at"]))
                if not (found or late):
                    raise
                taken |= found
                erased |= late
                rest = [one for one in rest if one.interaction_id not in {*found, *late}]
            else:
                break
    return NotStored(taken, frozenset(erased))


def _earliest(writings: Iterable[Writing]) -> dict[str, str]:
    """The first instant of each person: a transaction looks at an item only once."""
    found: dict[str, str] = {}
    for one in writings:
        found[one.contact_id] = min(one.occurred_at, found.get(one.contact_id, "~"))
    return found


def _late(writings: Iterable[Writing], contact_id: str, erased_at: str) -> set[str]:
    erased = {contact_id: erased_at}
    return {one.interaction_id for one in writings if gone(one.contact_id, one.occurred_at, erased)}


def _receipts_found(writings: Iterable[Writing], refused: ConditionFailed) -> dict[str, Item]:
    found: dict[str, Item] = {}
    at = 0
    for one in writings:
        if (item := refused.found(at)) is not None:
            found[one.interaction_id] = item
        at += len(one.ops)
    return found


def _chunks(writings: Iterable[Writing]) -> Iterable[list[Writing]]:
    chunk: list[Writing] = []
    for one in writings:
        # Each may bring another person to look after.
        if sum(len(known.ops) + 1 for known in [*chunk, one]) > TRANSACTION_LIMIT:
            yield chunk
            chunk = []
        chunk.append(one)
    if chunk:
        yield chunk
