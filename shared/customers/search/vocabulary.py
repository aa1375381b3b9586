"""The words that somebody has, kept so that a misspelt one leads to them.

A word joins with its first entry and leaves with its last: names of people who were erased must
not stay behind as a spelling.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from shared.kernel.errors import Busy
from shared.platform.requests import Check, Condition, Delete, Item, Op, Put, Update
from shared.platform.writes import ConditionFailed

from .repository import customers, entity_of, entry_key, known_key, spelling_key, with_word
from .spelling import likeness, variants

MOST: Final = 400
"""So many words are kept under one variant. The variants of crowded ones stay without the words
that came last, which are found by their others."""

_ATTEMPTS: Final = 6

_ABSENT: Final = Condition(
    "word_unknown", "attribute_not_exists(#pk)", "a word joins and leaves with all its variants"
)
_PRESENT: Final = Condition(
    "word_known", "attribute_exists(#pk)", "a word joins and leaves with all its variants"
)
_STILL_HAD: Final = Condition(
    "word_had", "attribute_exists(#pk)", "a word that nobody has any more must not come back"
)
_ROOM: Final = Condition(
    "variant_has_room",
    "attribute_not_exists(#words) OR size(#words) < :most_words",
    "a list of words is read whole",
    {"most_words": MOST},
)
_ALONE: Final = Condition(
    "word_alone", "size(#words) = :one", "others may have joined since", {"one": 1}
)
_NOT_ALONE: Final = Condition(
    "word_not_alone", "size(#words) > :one", "others may have left since", {"one": 1}
)


def join(words: Iterable[str], entity_id: str) -> None:
    """See that words of an entity, whose entries are stored, are known. One read for all, and
    one write for each that nobody had."""
    wanted = list(words)
    known = {item["word"] for item in customers.get_many(map(known_key, wanted))} if wanted else ()
    for word in wanted:
        if word not in known:
            _join(word, entity_id)


def leave(words: Iterable[str]) -> None:
    """See that words which an entity no longer has are known only if another one has them."""
    for word in words:
        _settle(word)


def _settle(word: str) -> None:
    # Between finding no entry and forgetting the word somebody may have got it, who found it
    # known: so it is looked again until both say the same.
    for _ in range(_ATTEMPTS):
        having = with_word(word, whole=True, limit=1, consistent=True)
        known = customers.get(known_key(word))
        if bool(having) == bool(known):
            return
        if having:
            _join(word, entity_of(having[0]))
        elif known:
            _forget(word, known["variants"])
    raise Busy("word_contended")


def _join(word: str, entity_id: str) -> None:
    under = variants(word)
    for _ in range(_ATTEMPTS):
        ops: list[Op] = [
            Put({**known_key(word), "kind": "word", "word": word, "variants": under}, _ABSENT),
            Check(entry_key(word, entity_id), _STILL_HAD),
            *(Update(spelling_key(one), add={"words": {word}}, condition=_ROOM) for one in under),
        ]
        try:
            customers.write(*ops)
        except ConditionFailed as refused:
            if not refused.conditions <= {_ROOM.name}:
                return  # others were faster: the word is known, or nobody has it any more
            full = {position - 2 for position in refused.failures}
            under = [one for at, one in enumerate(under) if at not in full]
        else:
            return
    raise Busy("word_contended")


def _forget(word: str, under: Sequence[str]) -> None:
    for _ in range(_ATTEMPTS):
        found = customers.get_many([spelling_key(one) for one in under])
        ops = [_without(item, word) for item in found if word in item["words"]]
        try:
            customers.write(Delete(known_key(word), _PRESENT), *ops)
        except ConditionFailed as refused:
            if _PRESENT.name in refused.conditions:
                return  # others were faster
        else:
            return
    raise Busy("word_contended")


def _without(item: Item, word: str) -> Op:
    key = {"pk": item["pk"], "sk": item["sk"]}
    # The key itself spells a word, so nothing may stay where there are no others.
    return (
        Delete(key, _ALONE)
        if len(item["words"]) == 1
        else Update(key, take={"words": {word}}, condition=_NOT_ALONE)
    )


def best(asked: str, words: Iterable[str], most: int) -> list[tuple[float, str]]:
    """Those of `words` that `asked` most likely means, the likeliest first."""
    found = ((likeness(asked, word), word) for word in words)
    return sorted((one for one in found if one[0] > 0), reverse=True)[:most]
