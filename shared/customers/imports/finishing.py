"""The end of a run: its errors in one file, and the import in the state that follows, once."""

from datetime import datetime
from typing import Final

from shared.customers.events import ImportFinished
from shared.kernel.clock import iso
from shared.kernel.errors import Busy, Stale
from shared.kernel.ids import new_id
from shared.platform.requests import Put

from . import repository, results
from .model import Import, ImportState, Problem, Run

_ATTEMPTS: Final = 5


def conclude(import_id: str, number: int, now: datetime) -> None:
    """End a run if all its chunks are done and nobody did so yet."""
    for _ in range(_ATTEMPTS):
        one, runs = repository.load(import_id)
        run = runs[number - 1]
        if run.finished_at or run.done < run.chunks:
            return
        if run.failed:
            results.write_errors(one, run, repository.chunks_with("failed", import_id, number))
        try:
            _end(one, run, _state_after(one, run), now)
        except Stale:
            continue  # somebody cancelled it, or ended it, in this very moment
        return
    raise Busy("contended", "This import is being changed by others")


def give_up(one: Import, run: Run, problem: Problem, now: datetime) -> None:
    """End a run that cannot begin. Raises `Stale`."""
    _end(one, run, ImportState.UNREADABLE, now, problem=problem)


def _end(one: Import, run: Run, state: ImportState, now: datetime, **values: Problem) -> None:
    ended = run.model_copy(update={"finished_at": iso(now)})
    after = repository.changed(one, now, state=state, **values)
    finished = run.mode == "import" and state is not ImportState.UNREADABLE
    events = [_finished(one, run, now)] if finished else []
    repository.save(one, after, Put(repository.run_attributes(one, ended)), events=events)


def _state_after(one: Import, run: Run) -> ImportState:
    if run.mode == "undo":
        return ImportState.UNDONE
    if run.mode == "dry_run":
        return ImportState.READY
    cancelled = one.state is ImportState.CANCELLING and (run.skipped or not run.rows)
    return ImportState.CANCELLED if cancelled else ImportState.FINISHED


def _finished(one: Import, run: Run, now: datetime) -> ImportFinished:
    return ImportFinished(
        event_id=new_id("event", now),
        occurred_at=now,
        import_id=one.import_id,
        created=run.created,
        existing=run.existing,
        failed=run.failed,
        skipped=run.skipped,
    )
