"""The countries of ISO 3166-1: two letters and an English name, one a line in `countries.txt`."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from .names import folded


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Code → name, in the order of the names."""
    lines = Path(__file__).with_name("countries.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def country_code(text: str) -> str | None:
    """The code that `text` is, in capitals; `None` when there is no such country."""
    code = text.strip().upper()
    return code if code in countries() else None


_ALSO_CALLED: Final = {
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "turkey": "TR",
    "czech republic": "CZ",
    "holland": "NL",
    "the netherlands": "NL",
    "russia": "RU",
    "republic of korea": "KR",
    "uae": "AE",
}
"""Names that files use beside those of the list."""


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {folded(name): code for code, name in countries().items()} | _ALSO_CALLED


def country_called(text: str) -> str | None:
    """The code of the country whose code or English name `text` is; `None` when there is none."""
    return country_code(text) or _by_name().get(folded(text))
