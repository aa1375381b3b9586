"""A store that is objects of a bucket: each that mentions a person is found, and goes whole.

For what is kept a few days only, beside the tables: who else an object is about loses nothing
that is not in the tables too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.customers.identity import AddressKind
from shared.platform import objects

from .person import Person
from .registry import Cursor, Found, Objects

PER_STEP: Final = 50
_DIGITS: Final = 8
"""The last digits of a number that tell it, however it is written and with or without a country
code."""

_NOT_DIGITS: Final = re.compile(rb"[\s()./+-]+")


@dataclass(frozen=True, slots=True)
class Mentions:
    """See the module. `bucket` is the setting that names it; objects below `prefix` are looked
    through from the first to the last: only where there are few."""

    name: str
    bucket: str
    prefix: str = ""
    holdable: frozenset[str] = frozenset()

    @property
    def covers(self) -> tuple[Objects, ...]:
        """The part of the bucket."""
        return (Objects(self.bucket, self.prefix),)

    def find(self, person: Person) -> Iterator[Found]:
        """The objects that mention the person. What they say of them is in the tables too."""
        after: str | None = ""
        while after is not None:
            page = objects.listed(self.bucket, self.prefix, after=after or None, limit=PER_STEP)
            for one in page.items:
                if self._mentioned(person, one["key"]):
                    yield Found("object", {**one, "stored_at": one["stored_at"].isoformat()})
            after = page.after

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Look through fifty objects."""
        start = after["key"] if after else None
        page = objects.listed(self.bucket, self.prefix, after=start, limit=PER_STEP)
        for one in page.items:
            if self._mentioned(person, one["key"]):
                objects.remove(self.bucket, one["key"])
        return {"key": page.after} if page.after is not None else None

    def _mentioned(self, person: Person, key: str) -> bool:
        texts, numbers = marks(person)
        longest = max(map(len, (*texts, *numbers)), default=1) * 4
        for piece in objects.pieces(self.bucket, key, overlap=longest):
            folded = piece.lower()
            if any(text in folded for text in texts):
                return True
            if numbers and any(one in _NOT_DIGITS.sub(b"", piece) for one in numbers):
                return True
        return False


def marks(person: Person) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """What tells that a text is about a person: ids and e-mail addresses, in small letters, and
    the last digits of phone numbers."""
    texts = {one.lower().encode() for one in person.symbols}
    texts |= {address.lower().encode() for address in _of_kind(person, "email")}
    numbers = {number[-_DIGITS:].encode() for number in _of_kind(person, "phone")}
    return frozenset(texts), frozenset(numbers)


def _of_kind(person: Person, kind: AddressKind) -> list[str]:
    return [address for one, address in person.addresses if one == kind]
