"""Chunks on their way: rows as lines of JSON, so that no row is read twice and any can be found."""

import json
from collections.abc import Iterable, Iterator

from .rows import Row


def written(rows: Iterable[Row]) -> bytes:
    """A chunk's file."""
    lines = (json.dumps([row.number, row.cells, row.wrong]) for row in rows)
    return "\n".join(lines).encode()


def rows_in(file: bytes) -> Iterator[Row]:
    """The rows of a chunk's file."""
    for line in file.decode().splitlines():
        number, cells, wrong = json.loads(line)
        yield Row(number, tuple(cells), wrong)
