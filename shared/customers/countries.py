"""The countries of ISO 3166-1: two letters and an English name, one a line in `countries.txt`."""

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Code → name, in the order of the names."""
    lines = Path(__file__).with_name("countries.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def country_code(text: str) -> str | None:
    """The code that `text` is, in capitals; `None` when there is no such country."""
    code = text.strip().upper()
    return code if code in countries() else None
