"""A store that is whole partitions of a table: all items below some keys, whatever they are.

What is kept under a person's own key later is exported and erased by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.platform.batch_writes import delete_all, put_all
from shared.platform.outbox import EVENTS, LAST_EVENT
from shared.platform.requests import Item
from shared.platform.tables import Page, Table

from .person import Person
from .registry import Cursor, Found, Keys, Objects

PER_STEP: Final = 200

_INTERNAL: Final = frozenset(
    {
        EVENTS,
        LAST_EVENT,
        *("pk", "list_pk", "list_sk", "owner_pk", "owner_sk", "state_pk", "state_sk"),
        *("work_pk", "work_sk", "timer_shard", "timer_due", "timer_kind", "request_hash"),
    }
)
"""What items carry to be found, and nobody learns anything from."""


@dataclass(frozen=True, slots=True)
class Partitions:
    """See the module. `keys` are the partitions of a person; `entity` says what an item is;
    `anchor` is the sort key of the item that tells when a partition began, `made` the attribute that tells when each item was made: what is
    anew stays. `but` are beginnings
    of the sort keys of items that another store takes care of. `pseudonyms` are, for each entity that a legal hold
    may keep, the attributes that tell nobody who it was."""

    name: str
    table: Table
    covers: tuple[Keys | Objects, ...]
    keys: Callable[[Person], Iterable[str]]
    entity: Callable[[Item], str]
    begins: str | None = None
    anchor: str | None = None
    made: str | None = None
    but: tuple[str, ...] = ()
    pseudonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def holdable(self) -> frozenset[str]:
        """The entities that a legal hold may keep."""
        return frozenset(self.pseudonyms)

    def find(self, person: Person) -> Iterator[Found]:
        """Every item of the person's partitions."""
        for pk in self.keys(person):
            if not self._anew(person, pk):
                for item in self._mine(person, self._items(pk)):
                    yield Found(self.entity(item), plain(item))

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Some two hundred items: three calls for each hundred of them at most."""
        partitions = list(self.keys(person))
        number = after["partition"] if after else 0
        if number >= len(partitions):
            return None
        pk = partitions[number]
        rest: Any = None
        if not self._anew(person, pk):
            page = self._page(pk, after["key"] if after else None)
            items = list(self._mine(person, page.items))
            self._keep(person, items)
            delete_all(self.table, ({"pk": one["pk"], "sk": one["sk"]} for one in items))
            rest = page.after
        if rest is None:
            number += 1
        return {"partition": number, "key": rest} if number < len(partitions) else None

    def _mine(self, person: Person, items: Iterable[Item]) -> Iterator[Item]:
        for one in items:
            made = one.get(self.made) if self.made else None
            if not str(one["sk"]).startswith(self.but) and not person.anew(made):
                yield one

    def _keep(self, person: Person, items: Iterable[Item]) -> None:
        held = [
            self._pseudonymised(person, one)
            for one in items
            if person.keeps(self.name, self.entity(one))
        ]
        put_all(self.table, held)

    def _pseudonymised(self, person: Person, item: Item) -> Item:
        entity = self.entity(item)
        known = {name: item[name] for name in self.pseudonyms[entity] if name in item}
        place = f"{self.name}.{entity}#{item['sk']}"
        return {"pk": person.held_partition, "sk": place, "entity": entity, **known}

    def _anew(self, person: Person, pk: str) -> bool:
        if self.anchor is None or person.until == "~":
            return False
        item = self.table.get({"pk": pk, "sk": self.anchor})
        return item is not None and person.anew(item.get("created_at"))

    def _page(self, pk: str, after: Mapping[str, Any] | None) -> Page:
        return self.table.query(
            pk, begins=self.begins, limit=PER_STEP, after=after, consistent=True
        )

    def _items(self, pk: str) -> Iterator[Item]:
        page = Page()
        while True:
            page = self.table.query(pk, begins=self.begins, after=page.after, consistent=True)
            yield from page.items
            if page.after is None:
                return


def plain(item: Item) -> dict[str, Any]:
    """What is kept of an item, without what serves to find it; its sort key as `key`."""
    known = {name: value for name, value in item.items() if name not in _INTERNAL}
    return {"key": known.pop("sk", None), **known}


def by_prefix(names: Mapping[str, str], other: str) -> Callable[[Item], str]:
    """What an item is, by how its sort key begins; the longest beginning counts."""
    longest_first = sorted(names, key=len, reverse=True)

    def entity(item: Item) -> str:
        found = (names[one] for one in longest_first if str(item["sk"]).startswith(one))
        return next(found, other)

    return entity
