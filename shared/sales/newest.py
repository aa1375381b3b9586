"""Lists over everything, newest first: months walked back, the shards of each month merged.

A list of all leads under one key would make that key as hot as all traffic together. So items
are spread over shards per month, and reading pays: a page costs a query per shard and month it
touches, whatever the table's size.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final

from shared.kernel.clock import iso
from shared.platform.tables import Item, Page

MONTHS_PER_PAGE: Final = 12
"""A page ends after looking through so many months, be it short: work stays bounded."""

FIRST_MONTH: Final = "2025-01"
"""Nothing is older."""

Partition = Callable[[str, str | None, int], Sequence[Page]]
"""Given a month (`yyyy-mm`), a bound and a number: per shard of the month, the newest so many
items that sort below the bound."""


def newest_first(
    pages: Partition, sort: str, *, now: datetime, limit: int, after: dict[str, str] | None
) -> tuple[list[Item], dict[str, str] | None]:
    """Up to `limit` items by falling `sort` attribute, and the position after them (`None` at
    the end). `after` is the position of the page before."""
    month = after["month"] if after else iso(now)[:7]
    bound = (after or {}).get("before")
    items: list[Item] = []
    for _ in range(MONTHS_PER_PAGE):
        wanted = limit - len(items)
        merged = [item for page in pages(month, bound, wanted + 1) for item in page.items]
        merged.sort(key=itemgetter(sort), reverse=True)
        items += merged[:wanted]
        if len(merged) > wanted:
            return items, {"month": month, "before": items[-1][sort]}
        month, bound = _before(month), None
        if month < FIRST_MONTH:
            return items, None
        if len(items) == limit:
            break
    return items, {"month": month}


def _before(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{number - 1:02d}" if number > 1 else f"{year - 1}-12"
