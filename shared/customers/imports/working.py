"""Doing one chunk of a run: each row checked and stored, what became of it kept, all counted once.

A chunk that comes again is done again, and finds what it stored the first time: records know the
import and row they came from. Only its receipt, written last, counts.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from shared.customers.lists.members import add_members
from shared.customers.suppression.repository import erased_among
from shared.kernel.errors import AlreadyHandled, NotFound, Rejected
from shared.platform import files

from . import chunks, places, repository, results
from .fields import values_of
from .finishing import conclude
from .model import Import, ImportState, Mapping, Problem
from .reading import ERASED, REASONS
from .rows import Row
from .storing import store
from .target import Kinds, Prepared, Result, Target, Work
from .trying_out import try_out

_WORKED_ON = frozenset({ImportState.RUNNING, ImportState.CANCELLING, ImportState.UNDOING})


def work_chunk(message: dict[str, Any], kinds: Kinds, now: datetime) -> None:
    """Do the chunk a message is about, and end the run if it was the last.

    Raises `AlreadyHandled` when the run is over.
    """
    import_id, number, chunk = message["import_id"], message["run"], message["chunk"]
    one, runs = repository.under_way(import_id)
    run = runs[number - 1]
    if one.run != number or one.state not in _WORKED_ON or run.finished_at:
        raise AlreadyHandled("run_over")
    if not repository.is_counted(import_id, number, chunk):
        rows, found = _done(Work(one, run, now), chunk, kinds)
        results.keep(one, run, chunk, rows, found)
        repository.chunk_done(one, run, chunk, results.counts(found))
    conclude(import_id, number, now)


def _done(work: Work, chunk: int, kinds: Kinds) -> tuple[Sequence[Row], list[Result]]:
    one, run = work.of, work.run
    kind = kinds[one.target]
    if run.mode == "undo":
        assert run.of_run
        before = results.kept(one.import_id, run.of_run, chunk)
        created = [result for result in before if result.outcome == "created"]
        return (), kind.opened(work, ()).remove(created)
    rows = list(chunks.rows_in(files.read(places.chunk_file(one.import_id, run.number, chunk))))
    if one.state is ImportState.CANCELLING:
        return rows, [Result(row.number, "skipped") for row in rows]
    assert run.mapping
    fields = {field.name: field for field in kind.fields(work.now)}
    values = {row.number: values_of(row.cells, run.mapping, fields) for row in rows}
    target = kind.opened(work, list(values.values()))
    found: list[Result] = []
    prepared: list[Prepared] = []
    for row in rows:
        try:
            prepared.append(_prepared(target, row, values[row.number]))
        except Rejected as error:
            found.append(Result(row.number, "failed", problems=_problems(error, one, run.mapping)))
    prepared, erased = _without_erased(prepared)
    found += erased
    if run.mode == "dry_run":
        return rows, found + list(try_out(target, work, prepared))
    found += store(target.table, prepared)
    if run.list_id:
        _join(work, run.list_id, found)
    return rows, found


def _without_erased(prepared: Sequence[Prepared]) -> tuple[list[Prepared], list[Result]]:
    """The rows of people who may be stored; and what becomes of those who were erased: an old
    file must not bring them back. A read per hundred addresses."""
    erased = erased_among({address for row in prepared for address in row.addresses})
    problem = Problem(code=ERASED, message=REASONS[ERASED])
    left, refused = [], []
    for row in prepared:
        if erased.isdisjoint(row.addresses):
            left.append(row)
        else:
            refused.append(Result(row.row, "failed", problems=(problem,)))
    return left, refused


def _join(work: Work, list_id: str, found: Sequence[Result]) -> None:
    """Put whom the rows made or found on the list; a list that is gone is left be."""
    ids = [one.record_id for one in found if one.record_id]
    with suppress(NotFound):
        add_members(
            list_id,
            ids,
            work.run.by,
            work.now,
            source="import",
            import_id=work.of.import_id,
        )


def _prepared(target: Target, row: Row, values: dict[str, list[str]]) -> Prepared:
    if row.wrong:
        raise Rejected(row.wrong, REASONS[row.wrong])
    return target.prepare(row.number, values)


def _problems(error: Rejected, of: Import, mapping: Mapping) -> tuple[Problem, ...]:
    if not error.fields:
        return (Problem(code=error.code, message=error.message),)
    return tuple(
        Problem(
            code=one.code,
            message=one.message,
            field=one.field,
            column=_column(one.field, of.headers, mapping),
        )
        for one in error.fields
    )


def _column(field: str, headers: Sequence[str], mapping: Mapping) -> str | None:
    """The column that a field's value came from; the first of several."""
    meant = zip(mapping.columns, headers, strict=False)
    return next((header for name, header in meant if name == field), None)
