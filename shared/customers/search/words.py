"""The words of a name: what is compared is spelt without accents, case or punctuation."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

MAX_WORD: Final = 20
"""Longer words are cut: keys stay short, and nobody types more of one."""

_APOSTROPHES: Final = "'\u2019\u02bc"
_ACCENTS: Final = range(200, 241)
_POINTS: Final = range(10, 36)
"""Canonical combining classes (Unicode Standard, 4.3) of what is folded away: accents above and
below, and Hebrew and Arabic points. Vowel signs of Indic scripts and voicing marks of Japanese
have others: they are letters of their own."""

_UNSPACED: Final = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u3040", "\u30ff"),  # Hiragana, Katakana
    ("\u3400", "\u9fff"),  # Han
    ("\uac00", "\ud7af"),  # Hangul: given and family name are written together
    ("\U00020000", "\U0003ffff"),
)
"""Scripts whose words are not parted by spaces, by their first and last character."""

LEGAL_FORMS: Final = frozenset(
    {
        *("ab", "ag", "and", "as", "bv", "co", "company", "corp", "corporation", "et", "gmbh"),
        *("inc", "kg", "limited", "llc", "llp", "ltd", "nv", "oy", "oyj", "plc", "private", "pte"),
        *("pty", "pvt", "sa", "sarl", "sas", "se", "spa", "srl", "the", "und"),
    }
)
"""Words that tell companies of one name not apart from those of another."""


def folded(text: str) -> str:
    """`text` as it is compared: `Łukasz Müller` and `lukasz muller` are the same."""
    text = text.casefold()
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    kept = (char for char in parts if not _is_accent(char))
    text = unicodedata.normalize("NFC", "".join(kept)).casefold()
    return text if text.isascii() else "".join(map(_plain_latin, text))


def words_of(text: str) -> list[str]:
    """The words of `text`, folded, each once, in order. `O'Brien` is one, `Anna-Maria` two."""
    letters = [
        char if _is_of_a_word(char) else " " for char in folded(text) if char not in _APOSTROPHES
    ]
    return list(dict.fromkeys(word[:MAX_WORD] for word in "".join(letters).split()))


def company_words(text: str) -> list[str]:
    """The words of a company's name without its legal form, unless that is all there is."""
    words = words_of(text)
    return [word for word in words if word not in LEGAL_FORMS] or words


def parts_of(word: str) -> list[str]:
    """What a word may be looked for by: itself, and where spaces part no words also by what
    begins inside it (`王小明` by `小明`)."""
    return [word, *(word[at:] for at in range(1, min(len(word), 4)))] if _unspaced(word) else [word]


def latin(word: str) -> str:
    """The word in Latin letters, roughly as it is read: `мария` is `mariya`."""
    if word.isascii():
        return word
    # A table of all of Unicode, in parts that are read when first needed.
    from anyascii import anyascii

    return "".join(char for char in anyascii(word).lower() if char.isalnum())[:MAX_WORD]


def first(words: Iterable[str], most: int) -> list[str]:
    """Up to `most` of the words: the first and the last, then the longest others, in order."""
    known = list(words)
    by_worth = sorted(
        range(len(known)), key=lambda at: (at not in (0, len(known) - 1), -len(known[at]), at)
    )
    return [known[at] for at in sorted(by_worth[:most])]


def _is_accent(char: str) -> bool:
    order = unicodedata.combining(char)
    return order in _ACCENTS or order in _POINTS


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) in ("Mn", "Mc")


def _plain_latin(char: str) -> str:
    # `ø`, `ł`, `æ`: letters of the Latin alphabet that are no other letter with an accent.
    return latin(char) if "\u00df" <= char <= "\u024f" else char


def _unspaced(word: str) -> bool:
    return any(first <= char <= last for char in word[:1] for first, last in _UNSPACED)


def pairs(words: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    """Every word with every other one behind it."""
    behind = list(others)
    return (f"{one} {other}" for one in words for other in behind if one != other)
