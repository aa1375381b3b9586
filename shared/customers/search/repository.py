"""Where the index of names is kept (table `customers`).

| entity | pk | sk |
|---|---|---|
| entry: a word of an entity | `WORD#<its first letters>` | `<word>#<entity id>` |
| entry: two words of an entity, either first | `PAIR#<first letters of the first>` | `<word> <word>#<entity id>` |
| what a contact or account has in the index | `CONTACT#<contact_id>`, `ACCOUNT#<account_id>` | `SEARCH` |
| how far its members were indexed again; gone after 14 days | `ACCOUNT#<account_id>` | `SEARCH_MEMBERS#<event_id>` |
| a word that somebody has | `SPELL#=<word>` | `WORD` |
| words that a misspelt one may mean (see `spelling`) | `SPELL#<variant>` | `WORDS` |

| question | key | asked by |
|---|---|---|
| who has a word, or one that begins so | table, `WORD#`, prefix | contact_query, search_index |
| who has two words, the second perhaps in part | table, `PAIR#`, prefix | contact_query, search_index |
| which words may a misspelt one mean | table, many at once | contact_query, search_index |
| what to remove from the index | table, `SEARCH` | search_index, erasure |

An entry tells all words of its entity (`text`), so that the best are known before any is read.
What a contact or account has in the index changes with its own item `SEARCH`, in one
transaction: nothing is ever left behind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.platform.requests import Condition, Delete, Item, Op, Put
from shared.platform.tables import Table

from .entries import NOTHING, Entries

customers = Table(CUSTOMERS)

_KEPT_AS: Final = {"contact": "CONTACT", "account": "ACCOUNT"}


@dataclass(frozen=True)
class Indexed:
    """What an entity has in the index. `leaving` are words it had, which perhaps nobody has now.

    `revision` counts the changes; 0: it was never there.
    """

    entity_id: str
    entries: Entries = NOTHING
    leaving: frozenset[str] = field(default_factory=frozenset)
    revision: int = 0


def indexed(entity_id: str) -> Indexed:
    """What an entity has in the index. One strong read."""
    item = customers.get(_head_key(entity_id))
    if item is None:
        return Indexed(entity_id)
    entries = Entries(item["text"], tuple(item["words"]))
    return Indexed(entity_id, entries, frozenset(item["leaving"]), item["revision"])


def replace(before: Indexed, entries: Entries) -> Indexed:
    """Index an entity by `entries` instead. One write, of the difference only.

    Raises `ConditionFailed` when it was changed since it was read.
    """
    old = before.entries
    gone = [word for word in old.words if word not in entries.words]
    kept = set(old.words) if entries.text == old.text else set()
    leaving = before.leaving | {word for word in gone if " " not in word}
    after = Indexed(before.entity_id, entries, leaving - set(entries.words), before.revision + 1)
    customers.write(
        _head(before, after),
        *(Delete(entry_key(word, before.entity_id)) for word in gone),
        *(
            Put({**entry_key(word, before.entity_id), "text": entries.text})
            for word in entries.words
            if word not in kept
        ),
    )
    return after


def settled(before: Indexed) -> None:
    """Note that the words that left were looked after; forget the entity if nothing is left.

    Raises `ConditionFailed` when it was changed since it was read.
    """
    customers.write(
        _head(before, Indexed(before.entity_id, before.entries, frozenset(), before.revision + 1))
    )


def entry_key(word: str, entity_id: str) -> dict[str, str]:
    """The key of an entry: of a word or of two."""
    return {"pk": _partition(word), "sk": f"{word}#{entity_id}"}


def entity_of(entry: Item) -> str:
    """The id of the contact or account of an entry."""
    return str(entry["sk"]).rpartition("#")[2]


def with_word(word: str, *, whole: bool, limit: int, consistent: bool = False) -> list[Item]:
    """Entries of a word, or of two: those of exactly it (`whole`), or those that begin so. One
    query."""
    sought = f"{word}#" if whole else word
    page = customers.query(_partition(word), begins=sought, limit=limit, consistent=consistent)
    return page.items


def spellings(variants: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The words kept under each of up to a hundred variants. One call."""
    keys = [spelling_key(variant) for variant in dict.fromkeys(variants)]
    for item in customers.get_many(keys, consistent=False) if keys else ():
        yield item["pk"].removeprefix("SPELL#"), frozenset(item.get("words", ()))


def spelling_key(variant: str) -> dict[str, str]:
    """The key of the words that have a variant."""
    return {"pk": f"SPELL#{variant}", "sk": "WORDS"}


def known_key(word: str) -> dict[str, str]:
    """The key that says that somebody has a word."""
    return {"pk": f"SPELL#={word}", "sk": "WORD"}


def _partition(word: str) -> str:
    one, _, other = word.partition(" ")
    return f"{'PAIR' if other else 'WORD'}#{one[: 2 if one.isascii() else 1]}"


def _head_key(entity_id: str) -> dict[str, str]:
    kind = entity_id.partition("_")[0]
    return {"pk": f"{_KEPT_AS[kind]}#{entity_id}", "sk": "SEARCH"}


def _head(before: Indexed, after: Indexed) -> Op:
    unchanged = Condition(
        "index_unchanged",
        "#revision = :index_revision" if before.revision else "attribute_not_exists(#pk)",
        "what is added and removed was decided on what was there",
        {"index_revision": before.revision} if before.revision else {},
    )
    key = _head_key(after.entity_id)
    if not after.entries.words and not after.leaving:
        return Delete(key, unchanged)
    item = {
        **key,
        "kind": "search",
        "text": after.entries.text,
        "words": list(after.entries.words),
        "leaving": sorted(after.leaving),
        "revision": after.revision,
    }
    return Put(item, unchanged)
