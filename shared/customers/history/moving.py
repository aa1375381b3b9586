"""Moving a history to another contact: an address whose dealings were kept by themselves got its
contact. (Of two records that are one person everything moves, see `merging.moving`.)

What moves remembers where it came from (`origins`, the last one last). A page is one transaction,
so a crash leaves every entry in exactly one place, and starting again goes on where it ended.
"""

from collections.abc import Callable
from typing import Final

from shared.customers.products.repository import PRODUCT
from shared.customers.promises.repository import PROMISE
from shared.platform.outbox import EVENTS, LAST_EVENT
from shared.platform.requests import Delete, Item, Op, Put
from shared.platform.writes import ConditionFailed

from .repository import HISTORY, NEW, PLACE, REPLY, customers

MOVED: Final = (HISTORY, PLACE, PRODUCT, PROMISE, REPLY)
"""Beginnings of the sort keys of all that belongs to a history."""

PAGE: Final = 50
"""Each moved item takes two operations of a transaction's hundred."""


def move_page(source: str, target: str) -> bool:
    """Move up to fifty items from one contact to another; whether there were any. A query per
    kind that is empty by now, and one write (one more where something is there already)."""
    for prefix in MOVED:
        page = customers.query(f"CONTACT#{source}", begins=prefix, limit=PAGE, consistent=True)
        if page.items:
            _carry(page.items, target, _arrived(source))
            return True
    return False


def _carry(items: list[Item], target: str, change: Callable[[Item], Item]) -> None:
    rest = items
    while True:
        puts: list[Op] = [Put(_at(change(item), target), NEW) for item in rest]
        # What is there already is the same: it was recorded again meanwhile.
        gone: list[Op] = [Delete({"pk": item["pk"], "sk": item["sk"]}) for item in items]
        try:
            customers.write(*puts, *gone)
        except ConditionFailed as refused:
            rest = [item for at, item in enumerate(rest) if refused.found(at) is None]
        else:
            return


def _arrived(source: str) -> Callable[[Item], Item]:
    return lambda item: {**item, "origins": [*item.get("origins", []), source]}


def _at(item: Item, contact_id: str) -> Item:
    # Its events were published where it was written first.
    kept = {name: value for name, value in item.items() if name not in (EVENTS, LAST_EVENT)}
    return {**kept, "pk": f"CONTACT#{contact_id}"}
