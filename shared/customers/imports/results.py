"""What became of rows, as lines of JSON in the bucket: of all rows what is not personal, of those
that failed their cells too, for a while."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from shared.customers.exports.cells import neutral
from shared.platform import files

from . import places
from .guessing import RESERVED
from .model import Import, Problem, Run
from .rows import Row
from .target import Result

_TYPE: Final = "application/x-ndjson"
_ADDED: Final = ("import_row", "import_field", "import_code", "import_reason")
assert frozenset(_ADDED) == RESERVED


def keep(of: Import, run: Run, chunk: int, rows: Sequence[Row], results: Sequence[Result]) -> None:
    """Store what became of a chunk's rows. One or two calls; done again it changes nothing."""
    failed = {one.row: one for one in results if one.outcome == "failed"}
    if failed:
        lines = (
            [row.number, row.cells, [_problem(one) for one in failed[row.number].problems]]
            for row in rows
            if row.number in failed
        )
        files.write(places.failed_file(of.import_id, run.number, chunk), _lines(lines), _TYPE)
    told = (_told(one) for one in sorted(results, key=lambda one: one.row))
    files.write(places.results_file(of.import_id, run.number, chunk), _lines(told), _TYPE)


def kept(import_id: str, run: int, chunk: int) -> list[Result]:
    """What became of a chunk's rows. Raises `FileGone`."""
    file = files.read(places.results_file(import_id, run, chunk))
    return [_read(json.loads(line)) for line in file.decode().splitlines()]


def counts(results: Iterable[Result]) -> dict[str, int]:
    """How many rows ended how."""
    return dict(Counter(one.outcome for one in results))


def write_errors(of: Import, run: Run, failed_chunks: Iterable[int]) -> None:
    """Make one file of all rows that failed: their cells, and why. It can be corrected and sent
    as it is: what was added to it is not taken for columns of its own."""
    writer = files.Writer(places.errors_file(of.import_id, run.number), "text/csv; charset=utf-8")
    writer.add("\ufeff".encode() + _csv([*of.headers, *_ADDED]))
    for chunk in failed_chunks:
        file = files.read(places.failed_file(of.import_id, run.number, chunk))
        for line in file.decode().splitlines():
            number, cells, problems = json.loads(line)
            writer.add(_csv([*_fitted(cells, len(of.headers)), str(number), *_said(problems)]))
    writer.close()


def _fitted(cells: list[str], width: int) -> list[str]:
    """Cells under their headers; what is too much joins the last one."""
    if len(cells) <= width:
        return [*cells, *[""] * (width - len(cells))]
    return [*cells[: width - 1], " ".join(cells[width - 1 :])]


def _said(problems: list[dict[str, Any]]) -> list[str]:
    """Field, code and reason of all that is wrong with a row."""
    fields = (one.get("column") or one.get("field") or "" for one in problems)
    return [
        "; ".join(dict.fromkeys(filter(None, fields))),
        "; ".join(dict.fromkeys(one["code"] for one in problems)),
        "; ".join(dict.fromkeys(one["message"] for one in problems)),
    ]


def _csv(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def _lines(values: Iterable[Any]) -> bytes:
    return "\n".join(json.dumps(one) for one in values).encode()


def _told(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {"row": result.row, "outcome": result.outcome}
    if result.record_id:
        told["record_id"] = result.record_id
    for name in ("problems", "notes"):
        if found := getattr(result, name):
            told[name] = [_problem(one) for one in found]
    return told


def _problem(one: Problem) -> dict[str, str]:
    return one.model_dump(exclude_none=True)


def _read(told: dict[str, Any]) -> Result:
    return Result(
        told["row"],
        told["outcome"],
        told.get("record_id"),
        tuple(Problem(**one) for one in told.get("problems", ())),
        tuple(Problem(**one) for one in told.get("notes", ())),
    )
