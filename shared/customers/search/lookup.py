"""Who may be meant by some words, best first: a number of reads that does not depend on how many
there are.

First what was typed is taken as it stands, the last word perhaps unfinished. Where that finds
little, every word is replaced by those it may be a misspelling of, and these are tried in twos,
the likeliest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import Final

from .ranking import Match, match
from .repository import entity_of, spellings, with_word
from .spelling import variants
from .vocabulary import best
from .words import company_words

MAX_WORDS: Final = 6
MAX_TEXT: Final = 200
PER_WORD: Final = 4
"""So many queries are made for each word typed, and so many spellings of it considered."""

_IN_TWOS: Final = 3
"""So many of them are for pairs of words; the rest is for words alone."""

_PER_QUERY: Final = 100
_ENOUGH: Final = 5
"""Where so many are found as typed, nobody has misspelt anything."""

_CORRECTED: Final = 3
_UNFINISHED: Final = 0.85
_LIKELY: Final = 0.4
"""Who answers to less of what was asked is not shown."""


@dataclass
class _Search:
    asked: list[str]
    thorough: bool
    found: dict[str, Match] = field(default_factory=dict)

    def query(self, word: str, *, whole: bool) -> None:
        """Note the entities under a word, or under two."""
        entries = with_word(word, whole=whole, limit=_PER_QUERY, consistent=self.thorough)
        for entry in entries:
            entity_id = entity_of(entry)
            if entity_id not in self.found:
                self.found[entity_id] = match(self.asked, entry["text"])

    def as_typed(self) -> int:
        """How many have all that was asked for."""
        return sum(one.whole for one in self.found.values())

    def better_than(self, fit: float) -> int:
        """How many of those found fit at least so well."""
        return sum(one.score >= fit for one in self.found.values())


def who(text: str, *, limit: int, thorough: bool = False) -> list[tuple[str, float]]:
    """Contacts and accounts that may be meant by `text`, with how well they fit (0 to 1), best
    first. At most two calls and four for each word typed, of at most six.

    `thorough`: also who is not spelt so where others are, from strong reads.
    """
    asked = company_words(text)[:MAX_WORDS]
    if not asked:
        return []
    search = _Search(asked, thorough)
    search.query(_as_typed(asked), whole=False)
    if thorough or search.as_typed() < _ENOUGH:
        _as_meant(search)
    likely = [(one, fit.score) for one, fit in search.found.items() if fit.score >= _LIKELY]
    return sorted(likely, key=lambda one: (-one[1], one[0]))[:limit]


def _as_typed(asked: Sequence[str]) -> str:
    *before, last = asked
    return f"{max(before, key=len)} {last}" if before else last


def _as_meant(search: _Search) -> None:
    asked, known = search.asked, search.as_typed() > 0 and not search.thorough
    meant = _meant(asked)
    tries = len(asked) * (1 if known else _IN_TWOS)
    for fit, words, whole in islice(_pairs(asked, meant), tries):
        if search.better_than(fit) >= _ENOUGH:
            return
        search.query(words, whole=whole)
    if known:
        return
    # Where one word says nothing, who has the other is better than nobody.
    each = PER_WORD - (_IN_TWOS if len(asked) > 1 else 0)
    for fit, word in (one for typed in asked for one in meant[typed][:each]):
        if search.better_than(fit * _LIKELY) < _ENOUGH:
            search.query(word, whole=True)


def _meant(asked: Sequence[str]) -> dict[str, list[tuple[float, str]]]:
    """For each word those it may mean that somebody has, likeliest first. One read."""
    longest = sorted(asked, key=len, reverse=True)[:_CORRECTED]
    keys = {word: variants(word) for word in longest}
    near: dict[str, set[str]] = {word: set() for word in longest}
    for key, words in spellings(key for word in longest for key in keys[word]):
        for word in longest:
            if key in keys[word]:
                near[word] |= words
    return {word: best(word, near.get(word, ()), PER_WORD) for word in asked}


def _pairs(
    asked: Sequence[str], meant: dict[str, list[tuple[float, str]]]
) -> list[tuple[float, str, bool]]:
    """Two words that may be meant by two that were asked for, the likeliest first; the second
    perhaps unfinished."""
    *_, last = asked
    tried = _as_typed(asked)
    found: list[tuple[float, str, bool]] = []
    for one, other in combinations(asked, 2):
        others = [(fit, word, True) for fit, word in meant[other]]
        if other == last:
            others.append((_UNFINISHED, other, False))
        found += [
            (fit * fits, f"{word} {words}", whole)
            for (fit, word), (fits, words, whole) in product(meant[one], others)
            if f"{word} {words}" != tried
        ]
    return sorted(found, key=lambda pair: -pair[0])
