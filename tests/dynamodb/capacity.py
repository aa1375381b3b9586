"""What requests consume, in DynamoDB's units.

Source: "DynamoDB read and write operations" and "Using Global Secondary Indexes in DynamoDB"
(item sizes and capacity unit consumption), Amazon DynamoDB Developer Guide.
"""

from collections.abc import Iterable
from math import ceil
from typing import Any, Final

from shared.platform.tables import IndexSpec
from tests.dynamodb.values import Item, size

_READ_BYTES: Final = 4 * 1024
_WRITE_BYTES: Final = 1024


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Of items that are read together: their sizes are added before they are rounded."""
    units = max(1, ceil(sum(sizes) / _READ_BYTES))
    return units if consistent else units / 2


def write_units(before: Item | None, after: Item | None) -> float:
    """Of a write to a table: the larger of the item as it was and as it is counts."""
    return max(1, *(ceil(size(one) / _WRITE_BYTES) for one in (before, after) if one), 1)


def index_units(index: IndexSpec, before: Item | None, after: Item | None) -> float:
    """Of a write to an index: nothing where what it shows stays, and two where an item moves."""
    old, new = projected(index, before), projected(index, after)
    if old == new:
        return 0
    moves = bool(old and new) and any(old[name] != new[name] for name in (index.pk, index.sk))
    if moves:
        return write_units(old, None) + write_units(None, new)
    return write_units(old, new)


def projected(index: IndexSpec, item: Item | None) -> Item | None:
    """What an index shows of an item, if anything."""
    if item is None or index.pk not in item or index.sk not in item:
        return None
    shown = {"pk", "sk", index.pk, index.sk, *index.include}
    return {name: value for name, value in item.items() if name in shown}


def consumed(table: str, units: float, indexes: dict[str, float]) -> dict[str, Any]:
    """As DynamoDB answers it, for `ReturnConsumedCapacity: INDEXES`."""
    by_index = {name: {"CapacityUnits": one} for name, one in indexes.items() if one}
    return {
        "TableName": table,
        "CapacityUnits": units + sum(indexes.values()),
        "Table": {"CapacityUnits": units},
        **({"GlobalSecondaryIndexes": by_index} if by_index else {}),
    }
