"""What files of imports and exports keep of people, and how it is made gone
(`privacy.registry`)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from shared.customers.privacy.mentions import PER_STEP, Mentions, mentioned
from shared.customers.privacy.person import Person
from shared.customers.privacy.registry import Cursor, Found, Objects, Store
from shared.platform import files, objects

from .chunks import rows_in, written
from .reading import ERASED
from .rows import Row


@dataclass(frozen=True, slots=True)
class Chunks:
    """Rows on their way. A row of the person is emptied and stays as one that cannot be used, so
    that the import goes on and counts all of its rows."""

    name: str = "import_chunks"
    holdable: frozenset[str] = frozenset()

    @property
    def covers(self) -> tuple[Objects, ...]:
        """The part of the bucket."""
        return (Objects(files.BUCKET, "chunks/"),)

    def find(self, person: Person) -> Iterator[Found]:
        """The rows that mention the person."""
        after: str | None = ""
        while after is not None:
            page = objects.listed(files.BUCKET, "chunks/", after=after or None, limit=PER_STEP)
            for one in page.items:
                for row in _rows(one["key"]):
                    if _about(person, row):
                        yield Found("row", {"file": one["key"], "cells": list(row.cells)})
            after = page.after

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Look through fifty files."""
        start = after["key"] if after else None
        page = objects.listed(files.BUCKET, "chunks/", after=start, limit=PER_STEP)
        for one in page.items:
            rows = _rows(one["key"])
            if any(_about(person, row) for row in rows):
                left = (_emptied(row) if _about(person, row) else row for row in rows)
                files.write(one["key"], written(left), "application/x-ndjson")
        return {"key": page.after} if page.after is not None else None


IMPORTS: Final[tuple[Store, ...]] = (
    Chunks(),
    Mentions("uploads", files.BUCKET, "uploads/"),
    Mentions("import_errors", files.BUCKET, "errors/"),
    Mentions("contact_exports", files.BUCKET, "exports/"),
)
"""Files that are kept some days beside the tables."""


def _rows(key: str) -> list[Row]:
    try:
        return list(rows_in(files.read(key)))
    except files.FileGone:
        return []


def _about(person: Person, row: Row) -> bool:
    return mentioned(person, "\n".join(row.cells).encode())


def _emptied(row: Row) -> Row:
    return replace(row, cells=(), wrong=ERASED)
