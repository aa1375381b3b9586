"""What a row of a file may say of a record: the fields of a target, and how cells become values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.customers.exports.cells import plain

from .model import Mapping as ColumnMapping

Values = Mapping[str, Sequence[str]]
"""The values of a row by field; a field without a value is not there."""


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field that a column can be mapped to. `many`: several columns may be, and a cell may hold
    several values, apart by one of `apart`. `synonyms` are names of columns that mean it, in
    lower case without punctuation and digits."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    many: bool = False
    apart: str = ""

    def values(self, cell: str) -> Iterable[str]:
        """What a cell says."""
        if not self.apart:
            return (cell,)
        return (one for part in re.split(self.apart, cell) if (one := part.strip()))


def values_of(
    cells: Sequence[str], mapping: ColumnMapping, fields: Mapping[str, TargetField]
) -> dict[str, list[str]]:
    """What a row says, by field. Several columns of a field that takes one: the first that says
    anything."""
    found: dict[str, list[str]] = {}
    for cell, name in zip(cells, mapping.columns, strict=False):
        text = plain(cell.strip()) if name else ""
        if not name or not text:
            continue
        field = fields[name]
        if field.many:
            known = found.setdefault(name, [])
            known += [one for one in field.values(text) if one not in known]
        elif name not in found:
            found[name] = [text]
    return found
