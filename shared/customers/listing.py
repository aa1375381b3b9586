"""Lists of contacts and accounts, page by page: one query, and one look-up of what it names by
id."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Item

from .writing import customers

Record = TypeVar("Record")

LOOKED_THROUGH: Final = 1_000
BY_ID: Final = 100
"""So many items are looked through for one page where only some are wanted; those that only name
their record are as many as one call looks up."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from: a partition of an index that holds what lists show or, without
    `index`, of the table, whose items name records by id. `begins` narrows it by sort key."""

    pk: str
    index: str | None = None
    begins: str | None = None

    def position(self, item: Item) -> dict[str, str]:
        """The keys of an item of this list."""
        prefix = self.index.removeprefix("by_") if self.index else None
        further = (f"{prefix}_pk", f"{prefix}_sk") if prefix else ()
        return {name: str(item[name]) for name in ("pk", "sk", *further)}


def page_of(
    source: Source,
    wanted: Callable[[list[Item]], Iterable[Record | None]],
    *,
    selects: bool,
    scope: str,
    limit: int,
    cursor: str | None,
) -> tuple[list[Record], str | None]:
    """Up to `limit` records of a list and the cursor of those that follow.

    `wanted` says for each item which record it is, or `None` to leave it out; with `selects` that
    happens to many, and a page may be short although more follow. `scope` names the list. About a
    second behind. Raises `Rejected` for a foreign cursor.
    """
    after = unseal(cursor, key("cursor"), scope) if cursor else None
    most = LOOKED_THROUGH if source.index else BY_ID
    read = customers.query(
        source.pk,
        index=source.index,
        begins=source.begins or None,
        limit=most if selects else min(limit + 1, most),
        after=after,
    )
    found: list[Record] = []
    for number, (item, record) in enumerate(zip(read.items, wanted(read.items), strict=True), 1):
        if record is None:
            continue
        found.append(record)
        if len(found) == limit and number < len(read.items):
            return found, seal(source.position(item), key("cursor"), scope)
    rest = {name: str(value) for name, value in read.after.items()} if read.after else None
    return found, seal(rest, key("cursor"), scope) if rest else None
