"""How many leads people have to work on."""

from collections.abc import Iterable

from shared.platform.tables import Table
from shared.sales.tables import SALES

from .repository import load_key, load_of

sales = Table(SALES)


def open_leads(staff_ids: Iterable[str]) -> dict[str, int]:
    """The open leads of each of these people. One strong read per hundred of them."""
    ids = list(dict.fromkeys(staff_ids))
    stored = {item["pk"]: load_of(item) for item in sales.get_many(map(load_key, ids))}
    return {one: stored.get(load_key(one)["pk"], 0) for one in ids}
