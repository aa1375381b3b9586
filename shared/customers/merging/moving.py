"""Everything kept under one contact goes to another, and what came from there goes back.

What moves remembers where it came from (`origins`, the last one last). A page is one transaction
that holds only while the merge is in the state it was read in, so that a crash leaves everything
in exactly one place, starting again goes on where it ended, and whoever is late moves nothing.
"""

from collections.abc import Sequence
from typing import Final

from shared.customers.lists.repository import member_key
from shared.platform.outbox import EVENTS, LAST_EVENT
from shared.platform.requests import Condition, Delete, Item, Op, Put
from shared.platform.writes import ConditionFailed

from .model import Merge, MergeState
from .repository import advance, customers, guard

STAYS: Final = ("CONTACT", "SEARCH", "CONSENT#", "DUPLICATE#", "MERGE#", "MERGED#")
"""What a contact keeps: its own item, what it is found by, and what was decided about it."""

PAGE: Final = 24
"""Each item takes two operations of a transaction's hundred, a place on a list four."""

_FREE: Final = Condition(
    "place_free",
    "attribute_not_exists(#pk)",
    "what both have stays with each: it was heard of again meanwhile",
)


def move_all(merge: Merge) -> None:
    """Move what the loser still has to the winner. Per page a query and a write, and nothing is
    kept in memory but that page."""
    source, after = f"CONTACT#{merge.loser_id}", None
    while True:
        page = customers.query(source, limit=PAGE, after=after, consistent=True)
        moving = [item for item in page.items if not item["sk"].startswith(STAYS)]
        _carry([(item, _arrived(item, merge)) for item in moving], [guard(merge)])
        after = page.after
        if after is None:
            return


def give_back(merge: Merge) -> None:
    """Give back to the loser what came from it, from where it was left off. Per page a query and
    a write, which notes how far it is."""
    source = f"CONTACT#{merge.winner_id}"
    after: Item | None = {"pk": source, "sk": merge.after} if merge.after else None
    while True:
        page = customers.query(source, limit=PAGE, after=after, consistent=True)
        came = [item for item in page.items if item.get("origins", [])[-1:] == [merge.loser_id]]
        after = page.after
        if after is None:
            _carry([(item, _left(item, merge)) for item in came], [guard(merge)])
            return
        _carry(
            [(item, _left(item, merge)) for item in came],
            [advance(merge, MergeState.RETURNING, after=str(after["sk"]))],
        )


def _carry(moves: Sequence[tuple[Item, Item]], beside: Sequence[Op]) -> None:
    rest, there_already = list(moves), list[Item]()
    while rest or there_already:
        puts = [Put(there, _FREE) for _, there in rest]
        after = [op for here, there in rest for op in (*_on_lists(here, there), Delete(_key(here)))]
        after += [Delete(_key(here)) for here in there_already]
        try:
            customers.write(*puts, *after, *beside)
        except ConditionFailed as refused:
            if any(at >= len(rest) for at in refused.failures):
                raise
            # Heard of again meanwhile, it came here the way that this one is to go.
            there_already += [
                rest[at][0]
                for at, found in refused.failures.items()
                if found.get("origins", []) == rest[at][1].get("origins", [])
            ]
            rest = [move for at, move in enumerate(rest) if at not in refused.failures]
        else:
            return


def _on_lists(here: Item, there: Item) -> list[Op]:
    """Who is on a list is found from the list too."""
    if not here["sk"].startswith("LIST#"):
        return []
    before, after = (
        member_key(one["sk"].removeprefix("LIST#"), one["pk"].removeprefix("CONTACT#"))
        for one in (here, there)
    )
    kept = {name: value for name, value in here.items() if name not in ("pk", "sk", "origins")}
    return [Put({**kept, **after}), Delete(before)]


def _key(item: Item) -> dict[str, str]:
    return {"pk": item["pk"], "sk": item["sk"]}


def _arrived(item: Item, merge: Merge) -> Item:
    return _at(merge.winner_id, item, [*item.get("origins", []), merge.loser_id])


def _left(item: Item, merge: Merge) -> Item:
    return _at(merge.loser_id, item, item["origins"][:-1])


def _at(contact_id: str, item: Item, origins: list[str]) -> Item:
    # Its events were published from where it was written first.
    kept = {name: value for name, value in item.items() if name not in (EVENTS, LAST_EVENT)}
    moved = {**kept, "pk": f"CONTACT#{contact_id}", "origins": origins}
    return moved if origins else {name: value for name, value in moved.items() if name != "origins"}
