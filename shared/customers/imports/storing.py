"""Storing many rows in few calls: several records to a transaction, none of them by halves.

A transaction is refused as a whole, and the reasons tell which of its records stood in whose way:
those get their result, the others are written again without them.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from shared.kernel.errors import Busy
from shared.platform.requests import Delete, Op, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import TRANSACTION_LIMIT, ConditionFailed

from .target import Prepared, Result

_ATTEMPTS: Final = 4
"""A row may be judged so often before its chunk is given back to the queue."""


def store(table: Table, rows: Sequence[Prepared]) -> Iterator[Result]:
    """Store `rows`; the result of each, in any order. One call per hundred operations, and one
    more where some are there already. Raises `Busy` when the table stays contended."""
    waiting = deque((row, 0) for row in rows)
    while waiting:
        batch = _batch(waiting)
        ops = [op for row, _ in batch for op in row.ops]
        try:
            table.write(*ops)
        except ConditionFailed as refused:
            at = 0
            for row, attempt in batch:
                failures = {
                    position: found
                    for position in range(len(row.ops))
                    if (found := refused.found(at + position)) is not None
                }
                at += len(row.ops)
                if not failures:
                    waiting.append((row, attempt))
                    continue
                verdict = row.judge(failures)
                if isinstance(verdict, Result):
                    yield verdict
                elif attempt == _ATTEMPTS:
                    raise Busy("contended", "These records are being changed by others") from None
                else:
                    waiting.append((verdict, attempt + 1))
        else:
            for row, _ in batch:
                yield Result(row.row, "created", row.record_id, notes=row.notes)


def _batch(waiting: deque[tuple[Prepared, int]]) -> list[tuple[Prepared, int]]:
    """The next rows that fit into a transaction: no two operations of it may be on one item, so
    a row that wants what an earlier one wants is left for a later one."""
    batch: list[tuple[Prepared, int]] = []
    taken: set[tuple[str, str]] = set()
    later: list[tuple[Prepared, int]] = []
    size = 0
    while waiting:
        row, attempt = waiting.popleft()
        keys = {_key(op) for op in row.ops}
        if batch and size + len(row.ops) > TRANSACTION_LIMIT:
            later.append((row, attempt))
            break
        if keys & taken:
            later.append((row, attempt))
            continue
        batch.append((row, attempt))
        taken |= keys
        size += len(row.ops)
    waiting.extendleft(reversed(later))
    return batch


def _key(op: Op) -> tuple[str, str]:
    match op:
        case Put():
            return op.item["pk"], op.item["sk"]
        case Update() | Delete():
            return op.key["pk"], op.key["sk"]
    return op.key["pk"], op.key["sk"]
