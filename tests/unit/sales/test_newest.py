"""Walking months back over shards gives the same list as sorting everything."""

from collections import defaultdict
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.clock import iso
from shared.platform.tables import Item, Page
from shared.sales.newest import FIRST_MONTH, MONTHS_PER_PAGE, newest_first

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHARDS = 4
INSTANTS = st.datetimes(
    datetime.fromisoformat(f"{FIRST_MONTH}-01"), NOW.replace(tzinfo=None), timezones=st.just(UTC)
)


@given(st.lists(INSTANTS, max_size=30, unique=True), st.integers(1, 7))
def test_pages_follow_each_other_without_gap_or_repetition(
    instants: list[datetime], limit: int
) -> None:
    stored: dict[tuple[str, int], list[str]] = defaultdict(list)
    names = [f"{iso(at)}#{number:02d}" for number, at in enumerate(instants)]
    for number, name in enumerate(names):
        stored[name[:7], number % SHARDS].append(name)
    asked = 0

    def pages(month: str, bound: str | None, number: int) -> list[Page]:
        nonlocal asked
        asked += 1
        return [
            Page([_item(name) for name in _newest(stored[month, shard], bound)[:number]])
            for shard in range(SHARDS)
        ]

    found: list[str] = []
    after: dict[str, str] | None = None
    for _ in range(100):
        asked = 0
        items, after = newest_first(pages, "name", now=NOW, limit=limit, after=after)
        assert len(items) <= limit and asked <= MONTHS_PER_PAGE
        found += [item["name"] for item in items]
        if after is None:
            break

    assert found == sorted(names, reverse=True)


def _item(name: str) -> Item:
    return {"name": name}


def _newest(names: list[str], bound: str | None) -> list[str]:
    return sorted((name for name in names if bound is None or name < bound), reverse=True)
