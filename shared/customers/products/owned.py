"""From purchases and returns to what a person owns. Pure."""

from collections import Counter
from collections.abc import Iterable

from .model import Bought, Owned


def owned(lines: Iterable[Bought]) -> list[Owned]:
    """What somebody owns, last bought first; what they brought back whole is left out."""
    by_sku: dict[str, list[Bought]] = {}
    for one in lines:
        by_sku.setdefault(one.sku, []).append(one)
    found = [_owned(sku, sorted(one, key=_when)) for sku, one in by_sku.items()]
    still = [one for one in found if one.quantity > 0]
    return sorted(still, key=lambda one: (one.last_bought_at, one.sku), reverse=True)


def _owned(sku: str, lines: list[Bought]) -> Owned:
    spent: Counter[str] = Counter()
    for one in lines:
        spent[one.currency] += one.amount
    purchases = [one for one in lines if one.quantity > 0] or lines
    return Owned(
        sku=sku,
        name=next((one.name for one in reversed(lines) if one.name), None),
        quantity=sum(one.quantity for one in lines),
        spent=dict(sorted(spent.items())),
        first_bought_at=purchases[0].at,
        last_bought_at=purchases[-1].at,
        purchases=lines[::-1],
    )


def _when(one: Bought) -> tuple[str, str]:
    return one.at, one.purchase_id
