"""A dry run: everything that importing does, and in place of records small notes of its own.

Each thing a row would store is noted under the run, on the same condition: that no earlier row
noted it. So a dry run finds what is there already, and what stands twice in the file, as the
import will; its notes go after a day.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from shared.platform.keys import keyed_hash
from shared.platform.requests import Condition, Op, Put

from .repository import customers
from .storing import store
from .target import Prepared, Result, Target, Work

_KEPT: Final = timedelta(days=1)


def try_out(target: Target, work: Work, rows: Sequence[Prepared]) -> Iterator[Result]:
    """What would become of `rows`."""
    would_be: list[Prepared] = []
    waiting = list(rows)
    while waiting:
        verdicts = _judged(target, waiting)
        yield from (one for one in verdicts if isinstance(one, Result))
        # What is to be tried instead of what is there is looked at again.
        would_be += [one for one, asked in zip(verdicts, waiting, strict=True) if one is asked]
        waiting = [
            one
            for one, asked in zip(verdicts, waiting, strict=True)
            if isinstance(one, Prepared) and one is not asked
        ]
    yield from store(customers, [_noted(work, row) for row in would_be])


def _judged(target: Target, rows: Sequence[Prepared]) -> list[Result | Prepared]:
    """The verdict on each row; the row itself where nothing is in its way."""
    keys = {_key(op): op for row in rows for op in row.ops if isinstance(op, Put)}
    wanted = [{"pk": pk, "sk": sk} for pk, sk in keys]
    found = {(item["pk"], item["sk"]): item for item in target.table.get_many(wanted)}
    verdicts: list[Result | Prepared] = []
    for row in rows:
        failures = {
            position: found[key]
            for position, op in enumerate(row.ops)
            if isinstance(op, Put) and op.condition and (key := _key(op)) in found
            if target.in_the_way(op, found[key])
        }
        verdicts.append(row.judge(failures) if failures else row)
    return verdicts


def _noted(work: Work, row: Prepared) -> Prepared:
    """The row's notes, to be stored instead of it."""
    unnoted = Condition(
        "row_first",
        "attribute_not_exists(#pk) OR #row = :row",
        "what an earlier row of the file makes is there already for a later one",
        {"row": row.row},
    )
    end = int((work.now + _KEPT).timestamp())
    ops: list[Op] = []
    for op in row.ops:
        if isinstance(op, Put) and op.condition:
            # Hashed: a key may hold what another system calls a person.
            what = keyed_hash("dry-run", f"{op.item['pk']}#{op.item['sk']}")
            pk = f"DRY#{work.of.import_id}#{work.run.number}#{what}"
            item = {"pk": pk, "sk": "DRY", "row": row.row, "expires_at": end}
            ops.append(Put(item, unnoted))

    def existing(_: object) -> Result:
        return Result(row.row, "existing")

    return Prepared(row.row, row.record_id, tuple(ops), existing, row.notes)


def _key(op: Put) -> tuple[str, str]:
    return op.item["pk"], op.item["sk"]
