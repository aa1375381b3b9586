"""Starting a run, stopping it, taking it back.

A start stores the run together with the event that has it planned, so neither is without the
other.
"""

from contextlib import suppress
from datetime import datetime
from typing import Final

from shared.customers.events import ImportRunStarted
from shared.customers.lists.repository import need as need_list
from shared.kernel.clock import iso
from shared.kernel.errors import Busy, Conflict, FieldError, Rejected, Stale
from shared.kernel.ids import new_id
from shared.platform.requests import Put

from . import repository
from .beginning import Offered, check_mapping, known_as
from .model import DONE, UNDER_WAY, Import, ImportState, Mode, Run

_ATTEMPTS: Final = 5


def start_import(
    import_id: str,
    *,
    dry_run: bool,
    version: int,
    by: str,
    offered: Offered,
    now: datetime,
    list_id: str | None = None,
) -> Import:
    """Import the file, or try out what would come of it. With `list_id` whom it finds or makes
    joins that list.

    Raises `NotFound` (also for the list), `Stale`, `Conflict` (`not_ready` before the file is
    read, `import_begun`), and `Rejected` when the mapping means what `by` is not offered.
    """
    one = known_as(import_id, version)
    if one.state in (ImportState.WAITING, ImportState.UNREADABLE):
        raise Conflict("not_ready", "There is no readable file yet")
    if one.state is not ImportState.READY:
        raise Conflict("import_begun", "This import has begun already")
    assert one.mapping
    check_mapping(one.mapping, one.headers, offered(one.target))
    if list_id:
        _may_join(one, list_id)
    mode: Mode = "dry_run" if dry_run else "import"
    run = _run(one, mode, by, now).model_copy(
        update={"mapping": one.mapping, "format": one.format, "list_id": list_id}
    )
    return _started(one, run, ImportState.PLANNING, now)


def cancel_import(import_id: str, now: datetime) -> Import:
    """Stop after the chunks that are being done; what was created stays, until undone.

    Cancelled already, it stays so. Raises `NotFound` and `Conflict` (`not_running`).
    """
    for _ in range(_ATTEMPTS):
        one, _runs = repository.load(import_id)
        if one.state in (ImportState.CANCELLING, ImportState.CANCELLED):
            return one
        if one.state not in UNDER_WAY:
            raise Conflict("not_running", "This import is not under way")
        after = repository.changed(one, now, state=ImportState.CANCELLING)
        with suppress(Stale):  # it went on meanwhile
            return repository.save(one, after)
    raise Busy("contended", "This import is being changed by others, try again")


def undo_import(import_id: str, *, version: int, by: str, now: datetime) -> Import:
    """Take back what the import created and nobody changed since.

    Raises `NotFound`, `Stale`, and `Conflict` (`not_finished`).
    """
    one = known_as(import_id, version)
    if one.state not in DONE:
        raise Conflict("not_finished", "Only an import that has ended can be undone")
    _, runs = repository.load(import_id)
    done = runs[one.run - 1]
    run = _run(one, "undo", by, now).model_copy(
        update={"of_run": done.number, "rows": done.created, "chunks": done.chunks}
    )
    return _started(one, run, ImportState.UNDOING, now)


def _may_join(one: Import, list_id: str) -> None:
    if one.target != "contacts":
        wrong = FieldError("list_id", "contacts_only", "Lists hold contacts")
        raise Rejected("validation_failed", fields=[wrong])
    need_list(list_id)


def _run(one: Import, mode: Mode, by: str, now: datetime) -> Run:
    return Run(number=one.run + 1, mode=mode, by=by, started_at=iso(now))


def _started(one: Import, run: Run, state: ImportState, now: datetime) -> Import:
    after = repository.changed(one, now, state=state, run=run.number)
    event = ImportRunStarted(
        event_id=new_id("event", now),
        occurred_at=now,
        import_id=one.import_id,
        run=run.number,
        mode=run.mode,
    )
    return repository.save(one, after, Put(repository.run_attributes(one, run)), events=[event])
