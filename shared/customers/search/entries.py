"""Under which words, alone and in twos, a contact or an account is found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .words import company_words, first, pairs, parts_of, words_of

_NAMES: Final = 8
_COMPANIES: Final = 4
_SINGLE: Final = 16
_PAIRED_NAMES: Final = 4
_PAIRED_COMPANIES: Final = 2
"""Of very long names not every word and pair is kept: what changes from one name to another, at
most 45 entries to 45 others, is one transaction."""


@dataclass(frozen=True)
class Entries:
    """What an entity is found by: `words`, alone or two with a space between. `text` is all of
    its words, those of companies behind a bar: what a search is compared with."""

    text: str
    words: tuple[str, ...]


NOTHING: Final = Entries("", ())


def contact_entries(names: Iterable[str | None], companies: Iterable[str]) -> Entries:
    """The entries of a contact, from its first and last name and the names of its accounts, the
    primary one first."""
    own = words_of(" ".join(filter(None, names)))
    work = [word for name in companies for word in company_words(name)]
    return _entries(own, list(dict.fromkeys(work)))


def account_entries(name: str) -> Entries:
    """The entries of an account."""
    return _entries(company_words(name), [])


def _entries(names: list[str], companies: list[str]) -> Entries:
    alone = [*first(names, _NAMES), *companies[:_COMPANIES]]
    paired, with_them = first(names, _PAIRED_NAMES), companies[:_PAIRED_COMPANIES]
    words = dict.fromkeys([part for word in alone for part in parts_of(word)][:_SINGLE])
    words |= dict.fromkeys(pairs(paired, paired + with_them))
    words |= dict.fromkeys(pairs(with_them, paired))
    # A company's own name as it is written: whoever types it wants its people too.
    words |= dict.fromkeys([" ".join(with_them)] if len(with_them) > 1 else [])
    text = " ".join(names[: 2 * _NAMES])
    return Entries(f"{text}|{' '.join(companies[: 2 * _COMPANIES])}".rstrip("|"), tuple(words))
