"""The rule sets of this company: saved, looked at, put in force."""

import hashlib
from datetime import datetime
from typing import Final

from shared.kernel.errors import NotFound, Rejected
from shared.kernel.ids import derived_id
from shared.platform.configuration import Configuration, Version
from shared.platform.tables import Table
from shared.sales.events import ScoringRulesActivated
from shared.sales.tables import SALES

from .rules import RuleSet, problems

NAME: Final = "default"

RULE_SETS: Final = Configuration(Table(SALES), "scoring_rules", RuleSet)


def active_rules(now: datetime) -> Version[RuleSet]:
    """The rules in force; at most 30 seconds late. Raises `NotFound` before the first activation:
    what waits to be scored then stays in its queue instead of counting for nothing."""
    return RULE_SETS.active(NAME, now)


def rules_at(instant: datetime) -> Version[RuleSet] | None:
    """The rules that were in force at a past instant, if any were."""
    return RULE_SETS.active_at(NAME, instant)


def rule_sets() -> list[Version[RuleSet]]:
    """Every version there is, newest first."""
    try:
        return RULE_SETS.history(NAME)
    except NotFound:
        return []


def rule_set(number: int) -> Version[RuleSet]:
    """One version. Raises `NotFound`."""
    return RULE_SETS.version(NAME, number)


def save_rule_set(rules: RuleSet, *, by: str, at: datetime, after: int | None = None) -> int:
    """Store a new version, not yet in force, and return its number.

    `after` is the newest version the author has seen; without it the new one simply follows.
    Raises `Rejected` naming each wrong place, `Stale` when somebody else saved meanwhile.
    """
    check(rules)
    if after is None:
        known = rule_sets()
        after = known[0].number if known else 0
    return RULE_SETS.save(NAME, rules, by=by, at=at, after=after)


def check(rules: RuleSet, place: str = "rules") -> None:
    """Raise `Rejected` with a pointer to each place where `rules` contradict themselves."""
    if found := problems(rules, place):
        raise Rejected("rules_invalid", "These rules do not fit together", found)


def activate_rule_set(number: int, *, by: str, at: datetime) -> None:
    """Put a version in force, an older one too: that is the roll-back. Raises `NotFound`.

    Points already given stay as the ledger has them; profile points follow the new rules when
    a lead is next looked at.
    """
    digest = hashlib.sha256(f"rules:{number}:{at.isoformat()}".encode()).digest()
    event = ScoringRulesActivated(
        event_id=derived_id("event", digest), occurred_at=at, version=number
    )
    RULE_SETS.activate(NAME, number, by=by, at=at, events=[event])
