"""Lists: all imports, and what became of the rows of one."""

from typing import Final, get_args

from shared.kernel.errors import Conflict, FieldError, NotFound, Rejected
from shared.kernel.paging import seal, unseal
from shared.platform import files
from shared.platform.keys import key
from shared.platform.requests import Key

from . import places, repository, results
from .model import Import, Run
from .repository import LIST, customers
from .target import Outcome, Result

OUTCOMES: Final = frozenset(get_args(Outcome))
_CHUNKS_AT_ONCE: Final = 5
"""So many chunks are looked through for one page; it may be short although more follow."""


def imports(limit: int, cursor: str | None) -> tuple[list[Import], str | None]:
    """A page of all imports, newest first, and the cursor of the next. Two calls."""
    keys, rest = keys_of_imports(limit, cursor)
    whole = {item["pk"]: item for item in customers.get_many(keys)} if keys else {}
    return [Import.model_validate(whole[one["pk"]]) for one in keys if one["pk"] in whole], rest


def keys_of_imports(limit: int, cursor: str | None) -> tuple[list[Key], str | None]:
    """Where the imports of a page are, newest first, and the cursor of the next. One call."""
    after = unseal(cursor, key("cursor"), LIST) if cursor else None
    page = customers.query(LIST, index="by_list", forward=False, limit=limit, after=after)
    keys: list[Key] = [{"pk": item["pk"], "sk": item["sk"]} for item in page.items]
    rest = page.after
    return keys, seal({k: str(v) for k, v in rest.items()}, key("cursor"), LIST) if rest else None


def run_of(import_id: str, number: str | None) -> tuple[Import, Run]:
    """An import and one of its runs, without a number the newest. One read. Raises `NotFound`."""
    one, runs = repository.load(import_id)
    wanted = int(number) if number and number.isdecimal() and len(number) < 5 else one.run
    if not 1 <= wanted <= len(runs):
        raise NotFound("run_not_found", "There is no such run")
    return one, runs[wanted - 1]


def rows(
    import_id: str, run: Run, outcome: str | None, *, limit: int, cursor: str | None
) -> tuple[list[Result], str | None]:
    """What became of the rows of a run in their order, of one outcome or all, and the cursor of
    the next page. A page may be short although more follow: the cursor says. One read, and the
    files of up to five chunks.

    Raises `Rejected` for an outcome or cursor that is none.
    """
    if outcome is not None and outcome not in OUTCOMES:
        wrong = FieldError("outcome", "outcome_unknown", f"One of {', '.join(sorted(OUTCOMES))}")
        raise Rejected("validation_failed", fields=[wrong])
    scope = f"import-rows:{import_id}:{run.number}:{outcome}"
    at = unseal(cursor, key("cursor"), scope) if cursor else {"chunk": "1", "row": "0"}
    chunk, row = int(at["chunk"]), int(at["row"])
    found: list[Result] = []
    done = repository.chunks_with(outcome, import_id, run.number)
    waiting = [number for number in done if number >= chunk]
    for number in waiting[:_CHUNKS_AT_ONCE]:
        for one in _kept(import_id, run.number, number):
            if one.row <= row or (outcome and one.outcome != outcome):
                continue
            if len(found) == limit:
                return found, seal({"chunk": str(number), "row": str(row)}, key("cursor"), scope)
            found.append(one)
            row = one.row
    if len(waiting) <= _CHUNKS_AT_ONCE:
        return found, None
    following = {"chunk": str(waiting[_CHUNKS_AT_ONCE]), "row": str(row)}
    return found, seal(following, key("cursor"), scope)


def errors_address(import_id: str, run: str | None) -> str:
    """Where the rows that failed are downloaded from, for some minutes.

    Raises `NotFound` (also when none failed), and `Conflict` (`run_not_finished`).
    """
    one, chosen = run_of(import_id, run)
    if not chosen.finished_at:
        raise Conflict("run_not_finished", "Its rows are not all done yet")
    if not chosen.failed:
        raise NotFound("no_errors", "No row failed")
    name = f"{one.file_name.rpartition('.')[0] or one.file_name}-errors.csv"
    return files.download_address(places.errors_file(import_id, chosen.number), name)


def _kept(import_id: str, run: int, chunk: int) -> list[Result]:
    try:
        return results.kept(import_id, run, chunk)
    except files.FileGone:
        return []  # too long ago
