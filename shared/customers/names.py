"""Names as lists sort them and as people begin to type them: case and accents make no difference."""

import unicodedata
from typing import Final

NAMELESS: Final = "~"
"""Sorts behind every letter of the alphabets that key order knows."""

MAX_SORTED: Final = 180
"""Characters of a name that count: a sort key may have 1,024 bytes."""


def folded(text: str) -> str:
    """`text` in lower case without accents, each run of white space as one space."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in apart if not unicodedata.combining(one)).split())


def sorted_name(*parts: str | None) -> str:
    """What a record of this name is sorted by."""
    return folded(" ".join(filter(None, parts)))[:MAX_SORTED] or NAMELESS


def sort_key(record_id: str, *parts: str | None) -> str:
    """Where a record stands in a list by name: `<folded parts>#<id>`."""
    return f"{sorted_name(*parts)}#{record_id}"
