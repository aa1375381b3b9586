"""How often a rule still gives points to a lead, and how much a lead's score may have to keep.

A limited rule has counters in the lead's state: `l` for ever, `d:<day>` per UTC day,
`o:<hash>` per object. An award names the counters it used up, so that the ledger alone tells
them; a rule that gets limits later counts from then on.

Anybody may report any number of things, and the score is one item of at most 400 KB. So the
counters and the instants at which decaying points were given are bounded; what is beyond a bound
gives no points, like what is beyond a limit.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from shared.customers.behaviour.model import Behaviour
from shared.kernel.clock import iso

from .decay import LASTING, alive, bucket_of
from .rules import BehaviourRule
from .state import ScoreState

_Value = TypeVar("_Value")

_DAY: Final = "d:"

MAX_OBJECTS: Final = 2_000
"""Objects that rules with `per_object` keep count of per lead, all rules together: 2,000 counters
are about 40 KB."""

MAX_INSTANTS: Final = 300
"""Instants (seconds, per rule) whose decaying points still count for something, per lead and all
rules together: about 8 KB. Points that have decayed to nothing make room again."""

DAYS_COUNTED: Final = timedelta(days=180)
"""How late an event may be and still get points by a rule with `per_day`. Counters of earlier
days are dropped, so nobody could tell whether such a day's limit is used up. A public caller's
claim is at most 30 days late and waits in queues for at most some weeks; a visitor who gets a
name, or a partner's history, may be later. One rule's counters are about 3 KB, a hundred rules'
fit."""


def gives(
    rule: BehaviourRule,
    counters: Mapping[str, int],
    occurred_at: str,
    state: ScoreState,
    at: datetime,
) -> bool:
    """Whether `rule` still gives points for what happened at `occurred_at` (ISO text) in the
    present cycle, given the `counters` that would use up; `at` is when that is decided."""
    if rule.limits.per_day and occurred_at[:10] < _first_day(at):
        return False
    bucket = bucket_of(rule.half_life_days, occurred_at)
    return within(counters, rule.id, state.limits) and _has_room(rule.id, bucket, state, at)


def counters_of(rule: BehaviourRule, one: Behaviour, day: str) -> dict[str, int]:
    """The counters an award would use up, and how far each may go."""
    limits = rule.limits
    counters: dict[str, int] = {}
    if limits.lifetime:
        counters["l"] = limits.lifetime
    if limits.per_day:
        counters[f"{_DAY}{day}"] = limits.per_day
    if limits.per_object:
        counters[f"o:{_short(one.object_id or one.path or '')}"] = limits.per_object
    return counters


def within(
    counters: Mapping[str, int], rule_id: str, used: Mapping[str, Mapping[str, int]]
) -> bool:
    """Whether one more award of a rule keeps to every limit; `used` are all rules' counters."""
    own = used.get(rule_id, {})
    if any(own.get(name, 0) >= limit for name, limit in counters.items()):
        return False
    if not any(_of_object(name) and name not in own for name in counters):
        return True
    return sum(_of_object(name) for rule in used.values() for name in rule) < MAX_OBJECTS


def compact(state: ScoreState, at: datetime) -> None:
    """Drop what can no longer matter: points whose factor has become 0, and counters of days no
    event can be from any more. Neither the score nor what is given ever changes by it."""
    first_counter = f"{_DAY}{_first_day(at)}"
    state.buckets = _kept(state.buckets, lambda name: alive(name, at))
    state.limits = _kept(
        state.limits, lambda name: not name.startswith(_DAY) or name >= first_counter
    )


def _kept(
    rules: Mapping[str, Mapping[str, _Value]], keep: Callable[[str], bool]
) -> dict[str, dict[str, _Value]]:
    kept = {
        rule: {name: value for name, value in own.items() if keep(name)}
        for rule, own in rules.items()
    }
    return {rule: own for rule, own in kept.items() if own}


def _has_room(rule_id: str, bucket: str, state: ScoreState, at: datetime) -> bool:
    if bucket in state.buckets.get(rule_id, {}) or bucket == LASTING or not alive(bucket, at):
        return True
    taken = [name for own in state.buckets.values() for name in own if name != LASTING]
    # Few leads have so many; only then it matters which are alive.
    return len(taken) < MAX_INSTANTS or sum(alive(name, at) for name in taken) < MAX_INSTANTS


def _first_day(at: datetime) -> str:
    return iso(at - DAYS_COUNTED)[:10]


def _of_object(counter: str) -> bool:
    return counter.startswith("o:")


def _short(text: str) -> str:
    # 48 bits: among 2,000 objects two share a counter with a probability of 1 in 140 million.
    return hashlib.sha256(text.encode()).hexdigest()[:12]
