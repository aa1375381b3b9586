"""Where links lead. Pure."""

from typing import Final

LONGEST: Final = 2_000
"""Characters of an address that is tracked: so many any browser takes."""

OWN: Final = "?"
"""An address ends with it where what follows is somebody's own (`links`)."""


def place_of_link(address: str, query: str) -> str:
    """Where a link leads: its address, with what it was asked with where that is somebody's own."""
    own = address.endswith(OWN) and query.isascii() and query.isprintable()
    return f"{address}{query[:LONGEST]}" if own else address
