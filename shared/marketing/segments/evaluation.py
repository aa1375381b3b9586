"""Deciding whether a contact is in a segment, why, and until when that holds. Pure.

Besides whether a condition holds, it is told when its answer may change by time alone: an event
drops out of its window, a date is reached. So a timer looks again exactly then, and nobody has to
look every night.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.customers.consents.standing import allows
from shared.customers.names import folded

from .facts import Event, Facts
from .rule import (
    LONGEST_DAYS,
    All,
    AnyOf,
    Consented,
    CustomIs,
    FieldIs,
    Happened,
    InSegment,
    LastHappened,
    Not,
    RandomPart,
    Rule,
    Scored,
    Tagged,
)
from .values import compares, counted, custom_of, dated, field_of, instant_of

NO_RECORD: Final = "no_record"
"""The reason of whoever has no record (any more): nobody else is in a segment."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition that decided: where it is in the rule (JSON pointer), and whether it holds."""

    pointer: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a contact is in a segment, the conditions that decided it, and the first instant at
    which it may be otherwise although nothing happened (`None`: never)."""

    member: bool
    because: tuple[Reason, ...] = ()
    changes_at: datetime | None = None


def evaluate(rule: Rule | None, facts: Facts, now: datetime) -> Decision:
    """Decide. `None` is the rule of a segment that was put away: nobody is in it."""
    if rule is None or facts.contact is None:
        return Decision(False)
    return _decided(rule, "", facts, now)


def _decided(rule: Rule, at: str, facts: Facts, now: datetime) -> Decision:
    match rule:
        case All():
            return _together(_each(rule.of, at, facts, now), decides=False)
        case AnyOf():
            return _together(_each(rule.of, at, facts, now), decides=True)
        case Not():
            one = _decided(rule.of, f"{at}/of", facts, now)
            return Decision(not one.member, one.because, one.changes_at)
    holds, changes_at = _holds(rule, facts, now)
    return Decision(holds, (Reason(at, holds),), changes_at)


def _each(rules: Sequence[Rule], at: str, facts: Facts, now: datetime) -> list[Decision]:
    return [_decided(one, f"{at}/of/{number}", facts, now) for number, one in enumerate(rules)]


def _together(found: Sequence[Decision], *, decides: bool) -> Decision:
    """Several conditions of which one that is `decides` is enough: true for `any`, false for
    `all`."""
    deciding = [one for one in found if one.member is decides]
    if not deciding:
        changes = [one.changes_at for one in found if one.changes_at]
        because = tuple(reason for one in found for reason in one.because)
        return Decision(not decides, because, min(changes, default=None))
    # It takes all of them to change before the whole may, and one that never does settles it.
    ends = [one.changes_at for one in deciding]
    latest = None if None in ends else max(filter(None, ends))
    return Decision(decides, deciding[0].because, latest)


def _holds(rule: Rule, facts: Facts, now: datetime) -> tuple[bool, datetime | None]:
    assert facts.contact is not None
    match rule:
        case FieldIs():
            return _valued(field_of(facts.contact, rule.field), rule, now)
        case CustomIs():
            return _valued(custom_of(facts.contact, rule.field), rule, now)
        case Tagged():
            return folded(rule.tag) in {folded(one) for one in facts.contact.tags}, None
        case Scored():
            known = facts.score is not None
            return known and counted(rule.compare, facts.score or 0, rule.value), None
        case Consented():
            return allows(facts.consents, rule.purpose, rule.channel), None
        case InSegment():
            return rule.segment_id in facts.segments, None
        case RandomPart():
            drawn = lot(facts.contact_id, rule.salt)
            return rule.from_percent <= drawn < rule.below_percent, None
        case Happened():
            return _often(rule, facts.events, now)
        case LastHappened():
            return _last(rule, facts.events, now)
    raise TypeError(type(rule).__name__)


def lot(contact_id: str, salt: str) -> float:
    """The contact's lot among 0 to below 100, in steps of a hundredth."""
    digest = hashlib.sha256(f"{salt}\0{contact_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 / 100


def _valued(value: object, rule: FieldIs | CustomIs, now: datetime) -> tuple[bool, datetime | None]:
    match rule.compare:
        case "is_known":
            return value is not None, None
        case "is_missing":
            return value is None, None
    if value is None:
        return False, None
    if rule.compare in ("before", "from", *_BY_DAYS):
        at = instant_of(value)
        return dated(at, rule.compare, rule.value, now) if at else (False, None)
    return compares(value, rule.compare, rule.value), None


_BY_DAYS: Final = ("within_last_days", "within_next_days", "more_than_days_ago")


def _often(rule: Happened, events: Iterable[Event], now: datetime) -> tuple[bool, datetime | None]:
    window = timedelta(days=rule.within_days)
    ends = sorted(one.at + window for one in events if _wanted(rule, one) and one.at + window > now)

    def holds(times: int) -> bool:
        return counted(rule.compare, times, rule.times)

    present = holds(len(ends))
    for gone, end in enumerate(ends, start=1):
        # Of several that end at once only the last one tells.
        if gone < len(ends) and ends[gone] == end:
            continue
        if holds(len(ends) - gone) != present:
            return present, end
    return present, None


def _last(
    rule: LastHappened, events: Iterable[Event], now: datetime
) -> tuple[bool, datetime | None]:
    latest = max((one.at for one in events if _wanted(rule, one)), default=None)
    if latest is None:
        return False, None
    forgotten, border = (latest + timedelta(days=days) for days in (LONGEST_DAYS, rule.days))
    if now >= forgotten:
        return False, None
    within = rule.compare == "within_last_days"
    if now < border:
        return within, border
    return not within, None if within else forgotten


def _wanted(rule: Happened | LastHappened, event: Event) -> bool:
    if event.kind != rule.event or (not rule.robots and event.params.get("automatic") == "true"):
        return False
    return all(_matches(event.params.get(name), text) for name, text in rule.where.items())


def _matches(value: str | None, text: str) -> bool:
    if value is None:
        return False
    return value.startswith(text[:-1]) if text.endswith("*") else value == text
