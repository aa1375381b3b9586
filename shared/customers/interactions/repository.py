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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

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


def save_new(writings: Iterable[Writing]) -> dict[str, Item]:
    """Store those interactions whose receipts are not there yet, each whole or not at all, as
    many in one call as a transaction holds; the receipts that others had left meanwhile, by id.

    Raises `Busy`, with some of them stored perhaps: sending all again stores the others.
    """
    taken: dict[str, Item] = {}
    for chunk in _chunks(writings):
        rest = chunk
        while rest:
            try:
                customers.write(*(op for one in rest for op in one.ops))
            except ConditionFailed as refused:
                found = _receipts_found(rest, refused)
                if not found:
                    raise
                taken |= found
                rest = [one for one in rest if one.interaction_id not in found]
            else:
                break
    return taken


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
        if sum(len(known.ops) for known in chunk) + len(one.ops) > TRANSACTION_LIMIT:
            yield chunk
            chunk = []
        chunk.append(one)
    if chunk:
        yield chunk
