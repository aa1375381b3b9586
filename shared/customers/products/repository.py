"""Where purchases are kept product by product (table `customers`).

| entity | pk | sk |
|---|---|---|
| a product of a purchase or return | `CONTACT#<contact_id>` | `PRODUCT#<sku>#<purchase_id>` |

| question | key | asked by |
|---|---|---|
| what a person owns | table, `PRODUCT#` | contact_history |

A line is stored in the transaction of its purchase; lines of one product are one.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table

from .model import Bought

PRODUCT: Final = "PRODUCT#"

customers: Final = Table(CUSTOMERS)

_NEW: Final = Condition(
    "line_new", "attribute_not_exists(#pk)", "a line is stored once, with its purchase"
)


def bought_ops(contact_id: str, lines: Iterable[Bought]) -> Iterator[Put]:
    """Store the lines of a purchase or return."""
    sums: dict[str, Bought] = {}
    for one in lines:
        if known := sums.get(one.sku):
            more = {"quantity": known.quantity + one.quantity, "amount": known.amount + one.amount}
            one = known.model_copy(update=more)
        sums[one.sku] = one
    for one in sums.values():
        key = {"pk": f"CONTACT#{contact_id}", "sk": f"{PRODUCT}{one.sku}#{one.purchase_id}"}
        yield Put({**key, "kind": "product", **one.model_dump(exclude_none=True)}, _NEW)


def bought_by(contact_id: str) -> tuple[list[Bought], bool]:
    """The lines of a person's purchases and returns, product by product, and whether these are
    all. One query of a megabyte: some three thousand lines."""
    page = customers.query(f"CONTACT#{contact_id}", begins=PRODUCT)
    return [from_item(item) for item in page.items], page.after is None


def from_item(item: Item) -> Bought:
    """The line an item stands for."""
    return Bought.model_validate(item)
