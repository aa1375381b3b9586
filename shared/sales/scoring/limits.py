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
"""Objects a rule with `per_object` keeps count of per lead; further ones give no points. It
bounds the score item: 2,000 counters are about 40 KB of the 400 KB an item may have."""


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


def within(counters: Mapping[str, int], used: Mapping[str, int]) -> bool:
    """Whether one more award keeps to every limit."""
    if any(used.get(name, 0) >= limit for name, limit in counters.items()):
        return False
    new_object = any(name.startswith("o:") and name not in used for name in counters)
    return not new_object or sum(name.startswith("o:") for name in used) < MAX_OBJECTS


def _short(text: str) -> str:
    # 48 bits: among 2,000 objects two share a counter with a probability of 1 in 140 million.
    return hashlib.sha256(text.encode()).hexdigest()[:12]
