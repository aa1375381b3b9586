"""The stores of personal data. Each area describes its own; the functions put them together.

A store answers two questions: what is kept of a person, and make it gone. It also says which
keys of which tables and which parts of which buckets it `covers`: a test compares that with the
key documents of all repositories and with the buckets that are deployed, so that no area can
keep something of people that nobody exports or erases.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from .person import Person


@dataclass(frozen=True, slots=True)
class Keys:
    """Items of a table whose keys begin so: `Keys("sales", "LEAD#")`."""

    table: str
    pk: str
    sk: str = ""


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of a bucket (the setting that names it) below a prefix."""

    bucket: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One record kept of a person: of which `entity` it is, and all of it as plain values. An
    erasure leaves what `stays`: it tells nobody who it was."""

    entity: str
    record: Mapping[str, Any]
    stays: bool = False


Cursor = Mapping[str, Any]
"""Where a step of an erasure begins: small, plain values."""


class Store(Protocol):
    """One place where something is kept of people."""

    @property
    def name(self) -> str:
        """What certificates and exports call it: `leads`."""
        ...

    @property
    def covers(self) -> tuple[Keys | Objects, ...]:
        """Where its records are."""
        ...

    @property
    def holdable(self) -> frozenset[str]:
        """The entities that a legal hold may keep, pseudonymised."""
        ...

    def find(self, person: Person) -> Iterator[Found]:
        """Everything it keeps of the person, read as the caller goes on."""
        ...

    def erase(self, person: Person, after: Cursor | None) -> Cursor | None:
        """Make a bounded part of it gone for good, from `after` on (`None`: the beginning), and
        return where the next step begins (`None`: that was all).

        Doing a step again does no harm. What `person` keeps for a hold goes to
        `person.held_partition` without what tells who it was; what is `person.anew` stays.
        Raises `Busy`.
        """
        ...


def holdable(stores: Iterable[Store]) -> frozenset[str]:
    """What legal holds may keep, as `<store>.<entity>`."""
    return frozenset(f"{one.name}.{entity}" for one in stores for entity in one.holdable)


Widen = Callable[[Person, Person], Person]
"""Finds out by what else a person is known, in one area: `widen(person, looked_at)` goes by what
`looked_at` does not have yet. Reads only."""

_ROUNDS: Final = 8


def whole_person(person: Person, finders: tuple[Widen, ...]) -> Person:
    """The person with everything that areas know them by. What one finds may help another, so
    they are asked until nothing is new."""
    looked_at = [Person(())] * len(finders)
    for _ in range(_ROUNDS):
        before = person
        for number, widen in enumerate(finders):
            looked_at[number], person = person, widen(person, looked_at[number])
        if person == before:
            break
    return person
