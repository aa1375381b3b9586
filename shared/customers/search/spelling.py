"""How much a typed word is like one we know, and by which keys it is found among them.

Two words at most `n` edits apart become the same by deleting up to `n` letters of each (W. Garbe,
"1000x Faster Spelling Correction", SymSpell, 2012): what is left is a key they share, so a
misspelt word is found by reading keys instead of comparing it with all words. Only the first
letters are varied, as there. How a word sounds (Metaphone: L. Philips, "Hanging on the Metaphone",
Computer Language 7(12), 1990) is one more key: who takes a call writes what they hear.
"""

from functools import lru_cache
from itertools import combinations
from typing import Final

from .words import latin

VARIED: Final = 7
"""So many first letters of a word are varied: at most 29 keys."""

_TYPED_IN_PART: Final = 0.75
_MISSPELT: Final = 0.92
_SOUNDS_ALIKE: Final = 0.7


def typos_in(length: int) -> int:
    """How many edits two words may be apart, by the length of the shorter: what a short word
    could be otherwise is too much."""
    return 0 if length < 3 else 1 if length < 6 else 2


def variants(word: str) -> list[str]:
    """The keys of a word: it without up to so many letters as may be wrong, and its sound."""
    keys = dict.fromkeys(_without(word))
    read = latin(word)
    if read != word:
        keys |= dict.fromkeys(_without(read))
    if sound := sound_of(word):
        keys[f"~{sound}"] = None
    return list(keys)


def sound_of(word: str) -> str:
    """How the word sounds to an English ear; empty for what is too short to tell."""
    from jellyfish import metaphone

    read = latin(word)
    sound = metaphone(read).replace(" ", "") if len(read) > 2 else ""
    return sound if len(sound) > 1 else ""


@lru_cache(maxsize=4096)
def likeness(asked: str, word: str) -> float:
    """How likely `word` is what somebody meant who typed `asked`: 1 it is, 0 it is not.

    Between: its beginning, a typing error or two (Jaro and Winkler's measure, which minds the
    first letters more), the same sound.
    """
    if asked == word:
        return 1.0
    if len(asked) > 1 and word.startswith(asked):
        return _TYPED_IN_PART + 0.2 * len(asked) / len(word)
    if len(asked) < 3 or len(word) < 3:
        return 0.0
    found = _misspelt(asked, word)
    read_asked, read = latin(asked), latin(word)
    if (read_asked, read) != (asked, word):
        found = max(found, 0.95 if read_asked == read else 0.95 * _misspelt(read_asked, read))
    sound = sound_of(asked)
    return max(found, _SOUNDS_ALIKE if sound and sound == sound_of(word) else 0.0)


def _misspelt(asked: str, word: str) -> float:
    from jellyfish import damerau_levenshtein_distance, jaro_winkler_similarity

    most = typos_in(min(len(asked), len(word)))
    if abs(len(asked) - len(word)) > most or damerau_levenshtein_distance(asked, word) > most:
        return 0.0
    return _MISSPELT * float(jaro_winkler_similarity(asked, word))


def _without(word: str) -> list[str]:
    start = word[:VARIED]
    return [
        "".join(letter for at, letter in enumerate(start) if at not in left_out)
        for number in range(typos_in(len(word)) + 1)
        for left_out in combinations(range(len(start)), number)
    ]
