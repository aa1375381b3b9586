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

_OVERLAP: Final = 1_024
"""Longer than an address (254 characters), however many bytes its letters take."""

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
        pieces = objects.pieces(self.bucket, key, overlap=_OVERLAP)
        return any(mentioned(person, piece) for piece in pieces)


def mentioned(person: Person, text: bytes) -> bool:
    """Whether a text is about a person: one of their ids or addresses is in it, the latter
    however they are written."""
    texts, numbers = _marks(person)
    # Spreadsheets write UTF-16, in which every other byte of such texts is nought.
    text = text.replace(b"\0", b"")
    folded = text.lower()
    if any(one in folded for one in texts):
        return True
    digits = _NOT_DIGITS.sub(b"", text) if numbers else b""
    return any(one in digits for one in numbers)


def _marks(person: Person) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Ids and e-mail addresses in small letters, and the last digits of phone numbers."""
    texts = {one.lower().encode() for one in person.symbols}
    texts |= {address.lower().encode() for address in _of_kind(person, "email")}
    numbers = {number[-_DIGITS:].encode() for number in _of_kind(person, "phone")}
    return frozenset(texts), frozenset(numbers)


def _of_kind(person: Person, kind: AddressKind) -> list[str]:
    return [address for one, address in person.addresses if one == kind]
