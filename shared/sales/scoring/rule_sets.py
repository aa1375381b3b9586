"""The rule sets of this company: saved, looked at, put in force."""

import hashlib
from datetime import datetime
from typing import Final

from shared.directory.audit import recorded
from shared.kernel.errors import NotFound, Rejected
from shared.kernel.ids import derived_id
from shared.kernel.paging import seal, unseal
from shared.platform.configuration import Configuration, Standing, Version
from shared.platform.keys import key
from shared.platform.tables import Table
from shared.sales.events import ScoringRulesActivated
from shared.sales.tables import SALES

from .rules import RuleSet, problems

NAME: Final = "default"

_LIST: Final = "scoring_rule_sets"

RULE_SETS: Final = Configuration(Table(SALES), "scoring_rules", RuleSet, audit=recorded)


def active_rules(now: datetime) -> Version[RuleSet]:
    """The rules in force; at most 30 seconds late. Raises `NotFound` before the first activation:
    what waits to be scored then stays in its queue instead of counting for nothing."""
    return RULE_SETS.active(NAME, now)


def rules_in_force(now: datetime) -> Version[RuleSet] | None:
    """The same for who only looks: `None` before the first activation."""
    try:
        return active_rules(now)
    except NotFound:
        return None


def rules_at(instant: datetime, now: datetime) -> Version[RuleSet] | None:
    """The rules that were in force at a past instant, if any were. Costs nothing where those in
    force now were in force then."""
    rules_in_force(now)
    return RULE_SETS.active_at(NAME, instant)


def rule_sets(limit: int, cursor: str | None) -> tuple[list[Version[RuleSet]], str | None]:
    """Up to `limit` versions, newest first, and the cursor of the next page."""
    before = int(unseal(cursor, key("cursor"), _LIST)["before"]) if cursor else None
    try:
        found, rest = RULE_SETS.history_page(NAME, limit=limit, before=before)
    except NotFound:
        return [], None
    return found, seal({"before": str(rest)}, key("cursor"), _LIST) if rest else None


def rule_set(number: int) -> Version[RuleSet]:
    """One version. Raises `NotFound`."""
    return RULE_SETS.version(NAME, number)


def standing() -> Standing[RuleSet]:
    """The newest version's number and the rules in force, read afresh. One read."""
    return RULE_SETS.standing(NAME)


def beside_those_in_force(number: int) -> tuple[Version[RuleSet], Standing[RuleSet]]:
    """One version and how things stand. Two reads. Raises `NotFound`."""
    return RULE_SETS.beside(NAME, number)


def save_rule_set(rules: RuleSet, *, by: str, at: datetime, after: int | None = None) -> int:
    """Store a new version, not yet in force, and return its number.

    `after` is the newest version the author has seen; without it the new one simply follows.
    Storing what is the newest already, a request sent again for one, makes no other version.
    Raises `Rejected` naming each wrong place, `Stale` when somebody else saved meanwhile.
    """
    check(rules)
    newest = RULE_SETS.newest(NAME)
    repeated = after in (None, newest, newest - 1)
    if newest and repeated and rule_set(newest).value == rules:
        return newest
    after = newest if after is None else after
    return RULE_SETS.save(NAME, rules, by=by, at=at, after=after)


def check(rules: RuleSet, place: str = "rules") -> None:
    """Raise `Rejected` with a pointer to each place where `rules` contradict themselves."""
    if found := problems(rules, place):
        raise Rejected("rules_invalid", "These rules do not fit together", found)


def activate_rule_set(number: int, *, by: str, at: datetime) -> None:
    """Put a version in force. Raises `NotFound`.

    Points already given stay as the ledger has them; profile points follow the new rules when
    a lead is next looked at. What is in force already stays so, without another event.
    """
    RULE_SETS.activate(NAME, number, by=by, at=at, events=[_activated(number, at)])


def roll_back_rule_set(to: int, *, after: int, by: str, at: datetime) -> int:
    """Put what version `to` said in force again, as the version after `after`; its number.

    Raises `NotFound`, `Stale` when `after` is not the newest, and `Rejected` when `to` is no
    older one.
    """
    rules = RULE_SETS.older(NAME, to, than=after)
    check(rules)
    event = _activated(after + 1, at)
    return RULE_SETS.save(
        NAME, rules, by=by, at=at, after=after, activate=True, restored=to, events=[event]
    )


def _activated(number: int, at: datetime) -> ScoringRulesActivated:
    digest = hashlib.sha256(f"rules:{number}:{at.isoformat()}".encode()).digest()
    return ScoringRulesActivated(
        event_id=derived_id("event", digest), occurred_at=at, version=number
    )
