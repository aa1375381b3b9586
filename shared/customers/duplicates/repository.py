"""Where suggestions of duplicates are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| pair | `CONTACT#<the smaller id>` | `DUPLICATE#<the greater id>` |
| that there is a pair | `CONTACT#<the greater id>` | `DUPLICATE#<the smaller id>` |

| question | key | asked by |
|---|---|---|
| the pairs a contact is in | table, `DUPLICATE#` | search_index, duplicate_review, contact_merge, console_duplicates |
| open pairs, the likeliest first | `by_list`: `DUPLICATES`, `<10000 - score>#<pair id>` | duplicate_review |
| one pair: its id says whose it is | table | duplicate_review |

Both items of a pair are written and removed together.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import contact_key, summary
from shared.customers.tables import CUSTOMERS
from shared.kernel.ids import is_id
from shared.platform.requests import Check, Condition, Delete, Item, Key, Put
from shared.platform.tables import Page, Table

from .model import Pair, PairState, ids_in, in_order

DUPLICATE: Final = "DUPLICATE#"
LIST: Final = "DUPLICATES"
MOST: Final = 100
"""So many pairs of one contact are looked at."""

customers: Final = Table(CUSTOMERS)

_IN_USE: Final = Condition(
    "contact_there",
    "attribute_exists(#pk) AND attribute_not_exists(#merged_into)",
    "nothing may be left behind of somebody who was erased or merged meanwhile",
)


def pair_key(one: str, other: str) -> dict[str, str]:
    """The key of the pair of two contacts."""
    smaller, greater = in_order(one, other)
    return {"pk": f"CONTACT#{smaller}", "sk": f"{DUPLICATE}{greater}"}


def load_pair(pair_id: str) -> Pair | None:
    """A pair by its id. One strong read."""
    one, other = ids_in(pair_id)
    known = is_id("contact", one) and is_id("contact", other)
    item = customers.get(pair_key(one, other)) if known else None
    return from_item(item) if item and "score" in item else None


def others_of(contact_id: str) -> list[str]:
    """The contacts that a contact is in a pair with. One strong query."""
    page = customers.query(f"CONTACT#{contact_id}", begins=DUPLICATE, limit=MOST, consistent=True)
    return [item["sk"].removeprefix(DUPLICATE) for item in page.items]


def pairs_of(contact_id: str, others: Iterable[str]) -> dict[str, Pair]:
    """The pairs of a contact with others, by the other's id. One strong read per hundred."""
    keys = [pair_key(contact_id, other) for other in others]
    found = map(from_item, customers.get_many(keys) if keys else ())
    return {one.other_id if one.one_id == contact_id else one.one_id: one for one in found}


def page_of_open(*, limit: int, after: Item | None) -> tuple[list[Pair], Item | None]:
    """Open pairs, the likeliest first, and where the list continues. A query, and a read."""
    page: Page = customers.query(LIST, index="by_list", limit=limit, after=after)
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in page.items]
    found = [
        from_item(item) for item in (customers.get_many(keys, consistent=False) if keys else ())
    ]
    return in_order_of_score(found), page.after


def keys_beside(*, limit: int, after: Item | None) -> tuple[list[Key], Item | None]:
    """Where a page of open pairs is, and both contacts of each, whom the list names; and where it
    continues. One call."""
    page: Page = customers.query(LIST, index="by_list", limit=limit, after=after)
    pairs: list[Key] = [{"pk": item["pk"], "sk": item["sk"]} for item in page.items]
    both = dict.fromkeys(one for item in page.items for one in _ids(item))
    return [*pairs, *map(contact_key, both)], page.after


def pairs_beside(
    contact_id: str, others: Iterable[str]
) -> tuple[list[Pair], dict[str, ContactSummary]]:
    """As `pairs_of`, those nobody decided on yet, and the others in short, by id. One read per
    fifty."""
    ids = set(others)
    return _together([pair_key(contact_id, one) for one in ids], ids)


def _together(
    keys: Sequence[Key], contact_ids: Iterable[str]
) -> tuple[list[Pair], dict[str, ContactSummary]]:
    wanted = [*keys, *map(contact_key, contact_ids)]
    return told_apart(customers.get_many(wanted, consistent=False) if wanted else [])


def told_apart(items: Sequence[Item]) -> tuple[list[Pair], dict[str, ContactSummary]]:
    """The open pairs among some items, the likeliest first, and the contacts in short, by id."""
    pairs = [from_item(item) for item in items if item["sk"].startswith(DUPLICATE)]
    live = [item for item in items if item["sk"] == "CONTACT" and "version" in item]
    known = {one.contact_id: one for one in map(summary, live) if one.deleted_at is None}
    return in_order_of_score(pairs), known


def in_order_of_score(pairs: Iterable[Pair]) -> list[Pair]:
    """Those nobody decided on yet, the likeliest first."""
    still = [pair for pair in pairs if pair.state is PairState.OPEN]
    return sorted(still, key=lambda pair: (-pair.score, pair.pair_id))


def _ids(item: Item) -> tuple[str, str]:
    return item["pk"].removeprefix("CONTACT#"), item["sk"].removeprefix(DUPLICATE)


def store(before: Pair | None, after: Pair) -> None:
    """Store a pair in place of what it was. Raises `ConditionFailed` when that changed, or when
    one of the two is no longer there."""
    there = {"pk": f"CONTACT#{after.other_id}", "sk": f"{DUPLICATE}{after.one_id}"}
    customers.write(
        Put(_attributes(after), _unchanged(before)),
        Put(there | {"kind": "duplicate"}),
        *(Check(contact_key(one), _IN_USE) for one in (after.one_id, after.other_id)),
    )


def remove(pair: Pair) -> None:
    """Forget a pair. Raises `ConditionFailed` when it changed."""
    there = {"pk": f"CONTACT#{pair.other_id}", "sk": f"{DUPLICATE}{pair.one_id}"}
    customers.write(Delete(pair_key(pair.one_id, pair.other_id), _unchanged(pair)), Delete(there))


def from_item(item: Item) -> Pair:
    """The pair an item stands for."""
    return Pair.model_validate(item | {"score": float(item["score"])})


def _attributes(pair: Pair) -> Item:
    known: dict[str, Any] = pair.model_dump(mode="json", exclude_none=True)
    item = {**pair_key(pair.one_id, pair.other_id), "kind": "duplicate", **known}
    item["score"] = f"{pair.score:.4f}"
    if pair.state is PairState.OPEN:
        worst_last = f"{round(10_000 * (1 - pair.score)):05d}"
        item |= {"list_pk": LIST, "list_sk": f"{worst_last}#{pair.pair_id}"}
    return item


def _unchanged(before: Pair | None) -> Condition:
    if before is None:
        return Condition("pair_new", "attribute_not_exists(#pk)", "two contacts are one pair")
    return Condition(
        "pair_unchanged",
        "#revision = :pair_revision",
        "what became of a pair was decided on how it was",
        {"pair_revision": before.revision},
    )
