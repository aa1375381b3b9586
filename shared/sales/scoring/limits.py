"""How often a rule still gives points to a lead.

A limited rule has counters in the lead's state: `l` for ever, `d:<day>` per UTC day,
`o:<hash>` per object. An award names the counters it used up, so that the ledger alone tells
them; a rule that gets limits later counts from then on.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from shared.customers.behaviour.model import Behaviour

from .rules import BehaviourRule

MAX_OBJECTS: Final = 2_000
"""Objects that rules with `per_object` keep count of per lead, all rules together; further ones
give no points. It bounds the score item: 2,000 counters are about 40 KB of the 400 KB an item may
have, and anybody may report any number of pages."""


def counters_of(rule: BehaviourRule, one: Behaviour, day: str) -> dict[str, int]:
    """The counters an award would use up, and how far each may go."""
    limits = rule.limits
    counters: dict[str, int] = {}
    if limits.lifetime:
        counters["l"] = limits.lifetime
    if limits.per_day:
        counters[f"d:{day}"] = limits.per_day
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


def _of_object(counter: str) -> bool:
    return counter.startswith("o:")


def _short(text: str) -> str:
    # 48 bits: among 2,000 objects two share a counter with a probability of 1 in 140 million.
    return hashlib.sha256(text.encode()).hexdigest()[:12]
