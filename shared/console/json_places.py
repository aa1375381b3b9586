"""On which line of a JSON text a value stands, so that a problem can point to it."""

import re
from collections.abc import Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_PLAIN: Final = re.compile(r"[^\s,\]}]+")


def lines_of(text: str) -> Mapping[str, int]:
    """The line (from 1) of every value in valid JSON, by dotted path; "" is the whole.

    Nested as deep as whoever validated the text allows.
    """
    found: dict[str, int] = {}
    _value(text, _skip(text, 0), "", found)
    return found


def line_of(places: Mapping[str, int], path: str) -> int:
    """The line of a path, or of the nearest thing around it that is there."""
    parts = path.split(".")
    ways = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((places[way] for way in ways if way in places), places.get("", 1))


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _value(text: str, at: int, path: str, found: dict[str, int]) -> int:
    """Note the value that begins at `at` and those in it; where it ends."""
    found[path] = text.count("\n", 0, at) + 1
    if text[at] == '"':
        return int(scanstring(text, at + 1, False)[1])
    if text[at] not in "{[":
        plain = _PLAIN.match(text, at)
        return plain.end() if plain else at + 1
    named, number = text[at] == "{", 0
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        name = str(number)
        if named:
            name, at = scanstring(text, at + 1, False)
            at = _skip(text, _skip(text, at) + 1)
        at = _skip(text, _value(text, at, f"{path}.{name}" if path else name, found))
        if text[at] == ",":
            at = _skip(text, at + 1)
        number += 1
    return at + 1
