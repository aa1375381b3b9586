"""Cutting a file into chunks, and telling the queue of each.

The file is read as a stream; a chunk is written as soon as it is full, so memory does not grow
with the file. Done again, the same chunks are written and told of again, and those that are done
already count once.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from shared.kernel.errors import AlreadyHandled, Rejected
from shared.platform import files
from shared.platform.queues import send_all
from shared.platform.requests import Put
from shared.platform.settings import settings

from . import chunks, places, repository
from .finishing import conclude, give_up
from .model import CHUNK_ROWS, Import, ImportState, Problem, Run
from .reading import read_rows
from .rows import Row

_CHUNK_CHARACTERS: Final = 500_000
"""A chunk of long rows ends early: a worker holds all of it."""

CHANGED: Final = Problem(
    code="file_changed", message="The file is gone or was replaced meanwhile; send it again"
)


def plan_run(import_id: str, number: int, now: datetime) -> None:
    """Plan a run, and queue its chunks. Raises `AlreadyHandled` for one that is over.

    What makes the file unusable as a whole is the import's `problem`; nothing is stored then.
    """
    one, runs = repository.under_way(import_id)
    run = runs[number - 1]
    if one.run != number or run.finished_at:
        raise AlreadyHandled("run_over")
    if one.state is ImportState.PLANNING:
        try:
            rows, count = _cut(one, run)
        except files.FileGone:
            give_up(one, run, CHANGED, now)
            return
        except Rejected as error:
            give_up(one, run, Problem(code=error.code, message=error.message), now)
            return
        run = run.model_copy(update={"rows": rows, "chunks": count})
        after = repository.changed(one, now, state=ImportState.RUNNING)
        one = repository.save(one, after, Put(repository.run_attributes(one, run)))
    if not run.chunks:
        conclude(import_id, number, now)
        return
    messages = (
        {"import_id": import_id, "run": number, "chunk": chunk}
        for chunk in range(1, run.chunks + 1)
    )
    send_all(settings().need("import_work_queue_url"), messages)


def _cut(one: Import, run: Run) -> tuple[int, int]:
    """Write the chunks of a run; how many rows and chunks there are."""
    assert run.format and one.etag
    count = chunk = 0
    with files.opened(places.upload_key(one.import_id), one.etag) as stream:
        rows = read_rows(stream, run.format, len(one.headers))
        for together in _apart(rows):
            chunk += 1
            key = places.chunk_file(one.import_id, run.number, chunk)
            files.write(key, chunks.written(together), "application/x-ndjson")
            count += len(together)
    return count, chunk


def _apart(rows: Iterable[Row]) -> Iterator[list[Row]]:
    together: list[Row] = []
    characters = 0
    for row in rows:
        together.append(row)
        characters += sum(map(len, row.cells))
        if len(together) == CHUNK_ROWS or characters > _CHUNK_CHARACTERS:
            yield together
            together, characters = [], 0
    if together:
        yield together
