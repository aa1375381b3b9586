"""Writing many items without conditions, up to twenty-five a call.

Only for what is the same however often and in whatever order it is done: removing what is to be
gone, and copying what never changes. Everything else is `Table.write`.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from .codec import encode
from .json_api import DYNAMODB
from .requests import Item, Key
from .tables import Table
from .writes import wait

PER_CALL: Final = 25


def put_all(table: Table, items: Iterable[Item]) -> None:
    """Store `items` (each key once), whatever is there. Raises `Busy` when the table stays
    throttled; some are stored then."""
    _send(table, ({"PutRequest": {"Item": encode(one)}} for one in items))


def delete_all(table: Table, keys: Iterable[Key]) -> None:
    """Remove the items at `keys` (each once), where there are any. Raises `Busy` as `put_all`."""
    _send(table, ({"DeleteRequest": {"Key": encode(one)}} for one in keys))


def _send(table: Table, requests: Iterable[dict[str, Any]]) -> None:
    rest = iter(requests)
    while waiting := list(islice(rest, PER_CALL)):
        refused = 0
        while waiting:
            answer = DYNAMODB.call("BatchWriteItem", RequestItems={table.name: waiting})
            left = answer.get("UnprocessedItems", {}).get(table.name, [])
            refused = refused + 1 if len(left) == len(waiting) else 0
            if refused:
                wait(refused)
            waiting = left
