"""A table in memory: its items, its indexes and its stream.

Items are never changed, only replaced: whoever holds one keeps it as it was, and putting a table
back to how it was is a matter of two dictionaries.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest
from itertools import count
from typing import Any, Final
from zlib import crc32

from shared.platform.tables import IndexSpec, TableSpec
from tests.dynamodb.capacity import consumed, index_units, write_units
from tests.dynamodb.values import MAX_ITEM_BYTES, Item, Value, invalid, size

PAGE_BYTES: Final = 1024 * 1024
KEYS: Final = ("pk", "sk")

Place = tuple[str, str]
"""Partition key and sort key."""

_numbers: Final = count(10**20)


@dataclass
class Page:
    """Some items of a query or scan, and the key after which it goes on."""

    items: list[Item]
    last: Item | None = None


@dataclass
class State:
    """What a table holds."""

    partitions: dict[str, dict[str, Item]] = field(default_factory=dict)
    stream: list[dict[str, Any]] = field(default_factory=list)
    """Every change so far as a stream's record, oldest first."""

    def copy(self) -> "State":
        """The same items and records."""
        return State({pk: dict(one) for pk, one in self.partitions.items()}, list(self.stream))


class MemoryTable:
    """The table of a `TableSpec`."""

    def __init__(self, spec: TableSpec, name: str) -> None:
        self.name = name
        self._indexes = {index.name: index for index in spec.indexes}
        self.hold(State())

    def hold(self, state: State) -> None:
        """Hold just that from now on."""
        self.state = state
        self._indexed: dict[str, _Indexed] = {}

    def place(self, key: Item) -> Place:
        """Where the item of a key is. Raises `Refused` when it is not a key of this table."""
        if set(key) != set(KEYS):
            raise invalid("The provided key element does not match the schema")
        return self._place(key)

    def checked(self, item: Item) -> Place:
        """Where an item will be. Raises `Refused` when it cannot be stored."""
        if not set(KEYS) <= item.keys():
            raise invalid("One of the required keys was not given a value")
        if size(item) > MAX_ITEM_BYTES:
            raise invalid("Item size has exceeded the maximum allowed size")
        for index in self._indexes.values():
            for name in (index.pk, index.sk):
                if name in item and not item[name].get("S"):
                    raise invalid(f"Type mismatch or empty value for index key {name} {index.name}")
        return self._place(item)

    def _place(self, item: Item) -> Place:
        pk, sk = (item[name].get("S") for name in KEYS)
        if not pk or not sk:
            raise invalid("A key attribute is a text and not empty")
        return pk, sk

    def get(self, place: Place) -> Item | None:
        """The item that is there."""
        return self.state.partitions.get(place[0], {}).get(place[1])

    def set(self, place: Place, item: Item | None) -> None:
        """Store an item, or remove what is there."""
        before = self.get(place)
        if item == before:
            return  # as in the real one, no record tells of a change that is none
        pk, sk = place
        if item is not None:
            self.state.partitions.setdefault(pk, {})[sk] = item
        else:
            del self.state.partitions[pk][sk]
        for indexed in self._indexed.values():
            indexed.change(before, item)
        self.state.stream.append(self._record(place, before, item))

    def items(self) -> Iterator[Item]:
        """Every item, partition by partition, in the order of sort keys."""
        for partition in self.state.partitions.values():
            yield from _sorted(partition)

    def query(
        self,
        index: str | None,
        pk: str,
        wanted: Callable[[Value], bool],
        *,
        forward: bool,
        after: Item | None,
        limit: int | None,
    ) -> Page:
        """Items of a partition of the table or of an index whose sort key is wanted."""
        if index is None:
            members = self.state.partitions.get(pk, {})
            return _paged(
                members,
                KEYS,
                after=_within(pk, after, KEYS)[1] if after else None,
                forward=forward,
                limit=limit,
                wanted=lambda one: wanted(one["sk"]),
            )
        spec = self.index(index)
        names = (spec.pk, spec.sk, *KEYS)
        page = _paged(
            self._by(spec).partitions.get(pk, {}),
            names,
            after=tuple(_within(pk, after, names)[1:]) if after else None,
            forward=forward,
            limit=limit,
            wanted=lambda one: wanted(one[spec.sk]),
        )
        shown = {*names, *spec.include}
        page.items = [
            {name: value for name, value in one.items() if name in shown} for one in page.items
        ]
        return page

    def _by(self, spec: IndexSpec) -> "_Indexed":
        """What an index holds; found out when it is first asked for, and kept up to date then."""
        if spec.name not in self._indexed:
            self._indexed[spec.name] = indexed = _Indexed(spec)
            for partition in self.state.partitions.values():
                for one in partition.values():
                    indexed.change(None, one)
        return self._indexed[spec.name]

    def consumed(self, before: Item | None, after: Item | None) -> dict[str, Any]:
        """What a write consumes of the table and its indexes."""
        indexes = {name: index_units(index, before, after) for name, index in self._indexes.items()}
        return consumed(self.name, write_units(before, after), indexes)

    def index(self, name: str) -> IndexSpec:
        """The index of that name."""
        if name not in self._indexes:
            raise invalid(f"The table does not have the specified index: {name}")
        return self._indexes[name]

    def scan(self, after: Item | None, limit: int | None, part: tuple[int, int] = (0, 1)) -> Page:
        """Items of the whole table, or of one of several parts of it, by partition key."""
        number, parts = part
        found = {
            (pk, sk): one
            for pk, partition in self.state.partitions.items()
            if crc32(pk.encode()) % parts == number
            for sk, one in partition.items()
        }
        at = self.place(after) if after else None
        return _paged(found, KEYS, after=at, forward=True, limit=limit)

    def _record(self, place: Place, before: Item | None, after: Item | None) -> dict[str, Any]:
        kind = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
        number = str(next(_numbers))
        images = {"OldImage": before, "NewImage": after}
        return {
            "eventID": number,
            "eventName": kind,
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": {name: {"S": part} for name, part in zip(KEYS, place, strict=True)},
                "SequenceNumber": number,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
                **{name: image for name, image in images.items() if image is not None},
            },
        }


def _sorted(partition: dict[str, Item]) -> list[Item]:
    return [partition[sk] for sk in sorted(partition)]


class _Indexed:
    """What an index holds: by partition key the items, by the rest of their keys."""

    def __init__(self, spec: IndexSpec) -> None:
        self._spec = spec
        self.partitions: dict[str, dict[tuple[str, ...], Item]] = {}

    def change(self, before: Item | None, after: Item | None) -> None:
        """Take in that an item took the place of another."""
        if before and (where := self._place(before)):
            del self.partitions[where[0]][where[1:]]
        if after and (where := self._place(after)):
            self.partitions.setdefault(where[0], {})[where[1:]] = after

    def _place(self, item: Item) -> tuple[str, ...] | None:
        pk, sk = self._spec.pk, self._spec.sk
        if pk not in item or sk not in item:
            return None
        return tuple(item[name]["S"] for name in (pk, sk, *KEYS))


def _within(pk: str, after: Item, names: tuple[str, ...]) -> list[str]:
    """The keys of where a query goes on, which is in its partition."""
    if set(after) != set(names):
        raise invalid("The provided starting key is invalid")
    keys = [after[name]["S"] for name in names]
    if keys[0] != pk:
        raise invalid("The provided starting key is outside query boundaries")
    return keys


def _paged(
    members: Mapping[Any, Item],
    names: tuple[str, ...],
    *,
    after: Any,
    forward: bool,
    limit: int | None,
    wanted: Callable[[Item], bool] = lambda _: True,
) -> Page:
    """What is wanted of some items by their keys, in order or the reverse, after one of the keys,
    up to a page."""
    page = Page([])
    taken = 0
    for key in _in_order(members, after, forward, limit, wanted):
        one = members[key]
        taken += size(one)
        page.items.append(one)
        if taken > PAGE_BYTES or len(page.items) == limit:
            page.last = {name: one[name] for name in names}
            return page
    return page


def _in_order(
    members: Mapping[Any, Item],
    after: Any,
    forward: bool,
    limit: int | None,
    wanted: Callable[[Item], bool],
) -> list[Any]:
    """The keys of what is wanted after one of them, in order or the reverse: up to `limit`, of which
    no more are held in memory either."""
    found = (
        key
        for key, one in members.items()
        if (after is None or (key > after if forward else key < after)) and wanted(one)
    )
    if limit is None:
        return sorted(found, reverse=not forward)
    return nsmallest(limit, found) if forward else nlargest(limit, found)
