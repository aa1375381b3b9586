"""What a file's columns probably mean: by its program's preset, else by how alike names are."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from shared.customers.names import folded

from .fields import TargetField
from .presets import PRESETS, Preset, known_as, preset_of

ALIKE: Final = 0.85
"""How alike (`difflib`'s ratio) a column's name must be to one of a field to mean it."""

RESERVED: Final = frozenset({"import_row", "import_field", "import_code", "import_reason"})
"""Columns that we add to what comes back for correction."""

_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


def guessed(
    headers: Sequence[str], fields: Sequence[TargetField]
) -> tuple[str | None, list[str | None]]:
    """The name of the preset, if there is one, and a field or nothing for each column."""
    if preset := preset_of(headers):
        return preset.name, _of(preset, headers, fields)
    return None, _by_name(headers, fields)


def meant_by(name: str, headers: Sequence[str], fields: Sequence[TargetField]) -> list[str | None]:
    """A field or nothing for each column, as the program of that name means them; where there is
    no such program, by how alike names are."""
    preset = next((one for one in PRESETS if one.name == name), None)
    return _of(preset, headers, fields) if preset else _by_name(headers, fields)


def _of(preset: Preset, headers: Sequence[str], fields: Sequence[TargetField]) -> list[str | None]:
    known = {one.name for one in fields}
    meant = [preset.columns.get(known_as(one)) for one in headers]
    return [one if one in known else None for one in meant]


def _by_name(headers: Sequence[str], fields: Sequence[TargetField]) -> list[str | None]:
    scored = sorted(
        (
            (score, -number, -at)
            for number, header in enumerate(headers)
            if header not in RESERVED
            for at, field in enumerate(fields)
            if (score := _likeness(header, field)) >= ALIKE
        ),
        reverse=True,
    )
    meant: list[str | None] = [None] * len(headers)
    used: set[str] = set()
    for _, column, position in scored:
        field = fields[-position]
        if meant[-column] is None and (field.many or field.name not in used):
            meant[-column] = field.name
            used.add(field.name)
    return meant


def _likeness(header: str, field: TargetField) -> float:
    said = _words(header)
    if not said:
        return 0.0
    names = (_words(field.name), _words(field.label), *field.synonyms)
    if said in names:
        return 1.0
    return max(SequenceMatcher(None, said, name).ratio() for name in names)


def _words(text: str) -> str:
    return " ".join(_NOT_LETTERS.sub(" ", folded(text)).split())
