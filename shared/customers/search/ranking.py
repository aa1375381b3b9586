"""How well an entity answers what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from .spelling import likeness
from .words import parts_of

NOT_ASKED = 0.02
"""What each word that nobody asked for takes away: the shorter of two names that fit is meant."""

_MOST_NOT_ASKED = 5
_OF_COMPANY = 0.97


@dataclass(frozen=True)
class Match:
    """How an entity's words fit those asked for: 1 all are there, 0 none is. `whole`: each one
    asked for is there, spelt so or beginning so."""

    score: float
    whole: bool


def match(asked: Sequence[str], text: str) -> Match:
    """Compare the words asked for with all of an entity's (`Entries.text`). Long words count for
    more than short ones, and its own name for a little more than its company's."""
    own, _, work = text.partition("|")
    names, companies = _words(own), _words(work)
    total = sum(map(len, asked))
    fits = [_best(word, names, companies) for word in asked]
    score = sum(fit * len(word) for fit, word in zip(fits, asked, strict=True)) / total
    extra = max(0, len(own.split()) + len(work.split()) - len(asked))
    return Match(
        max(0.0, score - NOT_ASKED * min(extra, _MOST_NOT_ASKED)),
        all(_is_there(word, names + companies) for word in asked),
    )


def _words(text: str) -> list[str]:
    return [part for word in text.split() for part in parts_of(word)]


def _best(word: str, names: Sequence[str], companies: Sequence[str]) -> float:
    own = max((likeness(word, one) for one in names), default=0.0)
    return max(own, _OF_COMPANY * max((likeness(word, one) for one in companies), default=0.0))


def _is_there(word: str, words: Sequence[str]) -> bool:
    return any(one.startswith(word) for one in words)
