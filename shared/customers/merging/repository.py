"""Where merges are kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| merge, all that undoing it needs | `CONTACT#<winner>` | `MERGE#<merge_id>` |
| that a contact was the loser of a merge | `CONTACT#<loser>` | `MERGED#<merge_id>` |
| the loser's own item: `merged_into`, `merge_id`; comes up once more by a timer | `CONTACT#<loser>` | `CONTACT` |

| question | key | asked by |
|---|---|---|
| one merge: its id says whose it is | table | contact_merge, merge_work |
| merges of a contact, won or lost | table, `MERGE` | contact_merge, console_duplicates |
| all merges, the latest first | `by_list`: `MERGES`, `<merged_at>#<merge_id>` | console_duplicates |
"""

from collections.abc import Iterable
from typing import Any, Final

from shared.customers.tables import CUSTOMERS
from shared.platform.requests import Check, Condition, Item, Put, Update
from shared.platform.tables import Table

from .model import Merge, MergeState, winner_of

LIST: Final = "MERGES"
_WON: Final = "MERGE#"
_LOST: Final = "MERGED#"
_EITHER: Final = "MERGE"

customers: Final = Table(CUSTOMERS)

_NEW: Final = Condition(
    "merge_new", "attribute_not_exists(#pk)", "a merge is written down once, before it is undone"
)


def load_merge(merge_id: str) -> Merge | None:
    """A merge by its id. One strong read."""
    winner_id = winner_of(merge_id)
    item = customers.get(_key(winner_id, merge_id)) if winner_id else None
    return Merge.model_validate(item) if item else None


def merges_of(contact_id: str) -> list[Merge]:
    """Merges in which a contact won or lost and that are not forgotten, the latest first. One
    strong query, and a read of those it lost."""
    items = customers.query_all(f"CONTACT#{contact_id}", begins=_EITHER, consistent=True)
    won = [item for item in items if item["sk"].startswith(_WON)]
    lost = [
        _key(winner, merge_id)
        for item in items
        if item["sk"].startswith(_LOST)
        and (winner := winner_of(merge_id := item["sk"].removeprefix(_LOST)))
    ]
    return _latest_first([*won, *(customers.get_many(lost) if lost else ())])


def page_of_merges(*, limit: int, after: Item | None) -> tuple[list[Merge], Item | None]:
    """Merges that are not forgotten, the latest first, and where the list continues. A query, and
    a read."""
    page = customers.query(LIST, index="by_list", limit=limit, after=after, forward=False)
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in page.items]
    found = customers.get_many(keys, consistent=False) if keys else []
    return _latest_first(found), page.after


def _latest_first(items: Iterable[Item]) -> list[Merge]:
    return sorted(map(Merge.model_validate, items), key=lambda one: one.merged_at, reverse=True)


def written_down(merge: Merge) -> list[Put]:
    """Write a merge down at both contacts."""
    kept = merge.model_dump(mode="python", exclude_unset=True, exclude_none=True)
    listed = {"list_pk": LIST, "list_sk": f"{merge.merged_at}#{merge.merge_id}"}
    whole: Item = {**_key(merge.winner_id, merge.merge_id), "kind": "merge", **kept, **listed}
    lost = {"pk": f"CONTACT#{merge.loser_id}", "sk": f"{_LOST}{merge.merge_id}", "kind": "merged"}
    return [Put(whole, _NEW), Put(lost)]


def advance(merge: Merge, to: MergeState, **more: Any) -> Update:
    """Go on from the state a merge was read in."""
    key = _key(merge.winner_id, merge.merge_id)
    return Update(key, set={"state": to, **more}, condition=_still(merge.state))


def guard(merge: Merge) -> Check:
    """Let the rest of a write happen only while a merge is in the state it was read in."""
    return Check(_key(merge.winner_id, merge.merge_id), _still(merge.state))


def _still(state: MergeState) -> Condition:
    return Condition(
        "merge_still",
        "#state = :merge_state",
        "what is late must not carry things where they no longer belong",
        {"merge_state": state},
    )


def _key(winner_id: str, merge_id: str) -> dict[str, str]:
    return {"pk": f"CONTACT#{winner_id}", "sk": f"{_WON}{merge_id}"}
