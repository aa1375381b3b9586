"""What a rule is decided on, and what it takes to know it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.customers.consents.model import Consent
from shared.customers.consents.standing import Key
from shared.customers.contacts.model import Contact

from .rule import (
    LONGEST_DAYS,
    Consented,
    CustomIs,
    FieldIs,
    Happened,
    InSegment,
    LastHappened,
    Rule,
    Scored,
    Tagged,
    conditions,
)

EVERYTHING: Final = "*"
"""Stands for whatever a rule may be about: a record that is new, gone or another."""

_KEPT_IN: Final = {"email": "emails", "phone": "phones"}
"""Fields of rules that are kept under another name."""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the contact's history."""

    kind: str
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one contact: as much of it as `Needs` asked for. `events` come newest
    first. Without a record there is nobody to be in a segment."""

    contact_id: str
    contact: Contact | None
    score: float | None = None
    consents: Mapping[Key, Consent] = field(default_factory=dict)
    events: Sequence[Event] = ()
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be read of a contact to decide some rules: besides the record, the score, what
    consents, how many days of history (0: none of it) and which memberships."""

    score: bool = False
    consents: frozenset[Key] = frozenset()
    days: int = 0
    segments: frozenset[str] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.score or other.score,
            self.consents | other.consents,
            max(self.days, other.days),
            self.segments | other.segments,
        )


def needs_of(rule: Rule) -> Needs:
    """What deciding `rule` takes."""
    found = [one for _, one in conditions(rule)]
    days = [one.within_days for one in found if isinstance(one, Happened)]
    if any(isinstance(one, LastHappened) for one in found):
        days.append(LONGEST_DAYS)
    return Needs(
        score=any(isinstance(one, Scored) for one in found),
        consents=frozenset(
            (one.purpose, one.channel) for one in found if isinstance(one, Consented)
        ),
        days=max(days, default=0),
        segments=frozenset(one.segment_id for one in found if isinstance(one, InSegment)),
    )


def mentions_of(rule: Rule) -> frozenset[str]:
    """What a rule is about, as changes name it: `contact:country`, `event:call`, `score` …"""
    return frozenset([EVERYTHING, *filter(None, (_mention(one) for _, one in conditions(rule)))])


def changed_fields(fields: Iterable[str]) -> set[str]:
    """The mentions of a contact's attributes, by the names its events give them."""
    return {f"contact:{one}" for one in fields}


def happened(kind: str) -> str:
    """The mention of an entry in the history."""
    return f"event:{kind}"


def _mention(one: Any) -> str | None:
    match one:
        case FieldIs():
            return f"contact:{_KEPT_IN.get(one.field, one.field)}"
        case CustomIs():
            return "contact:custom"
        case Tagged():
            return "contact:tags"
        case Scored():
            return "score"
        case Consented():
            return "consent"
        case Happened() | LastHappened():
            return happened(one.event)
    return None
