"""What `/v1/audit` takes and answers."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Self

from pydantic import BaseModel

from shared.directory.audit_log import Entry, Wanted
from shared.kernel.differences import Difference


class ListQuery(BaseModel):
    """Which entries; without anything all of them."""

    noun: str | None = None
    id: str | None = None
    by: str | None = None
    cursor: str | None = None

    def wanted(self) -> Wanted:
        """As the use case takes it; an empty parameter asks for nothing."""
        return Wanted(noun=self.noun or None, id=self.id or None, by=self.by or None)


class EntryPage(BaseModel):
    """Some entries, newest first, and the cursor of the next page."""

    items: list[Entry]
    next: str | None = None


class Changed(BaseModel):
    """One place that differs, and what stood there (`null`: nothing)."""

    path: str
    before: Any
    after: Any


class EntryDetail(Entry):
    """One entry, and what it changed."""

    changes: list[Changed]

    @classmethod
    def of(cls, entry: Entry, changed: Iterable[Difference]) -> Self:
        """An entry with its differences."""
        changes = [Changed(**asdict(one)) for one in changed]
        return cls(changes=changes, **entry.model_dump())
