"""Which rules an event or a lead's facts satisfy."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import translate
from functools import lru_cache

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.names import VOUCHED
from shared.customers.visitors.ids import is_lead

from .rules import BehaviourRule, ProfileRule, RuleSet


def counts_at_all(one: Behaviour) -> bool:
    """Whether a behaviour may give points: a person did it, and who says so may say so.

    Ingestion refuses such claims already; points are worth a second look.
    """
    anybody_may = one.name not in VOUCHED and not is_lead(one.subject_id)
    return one.human and (one.source != "public" or anybody_may)


def rules_met(rules: RuleSet, one: Behaviour) -> list[BehaviourRule]:
    """The behaviour rules an event satisfies, limits aside."""
    if not counts_at_all(one):
        return []
    return [rule for rule in rules.behaviour if rule.event == one.name and _fits(rule, one)]


def profile_points(rules: RuleSet, facts: Mapping[str, str]) -> dict[str, Decimal]:
    """Points by profile rule for everything that is true of `facts`."""
    return {rule.id: rule.points for rule in rules.profile if rule.points and _holds(rule, facts)}


def _fits(rule: BehaviourRule, one: Behaviour) -> bool:
    wanted = rule.match
    if wanted.path is not None and not any(_like(p, one.path) for p in wanted.path):
        return False
    if wanted.object_id is not None and not _like(wanted.object_id, one.object_id):
        return False
    return all(_like(p, one.properties.get(name)) for name, p in wanted.properties.items())


def _like(pattern: str, text: str | None) -> bool:
    return text is not None and _glob(pattern).match(text) is not None


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern), re.IGNORECASE)


def _holds(rule: ProfileRule, facts: Mapping[str, str]) -> bool:
    fact = facts.get(rule.field, "").strip()
    match rule.op:
        case "exists":
            return fact != ""
        case "missing":
            return fact == ""
        case "equals":
            return fact.casefold() == (rule.value or "").casefold()
        case "in":
            return fact.casefold() in {value.casefold() for value in rule.values}
        case "contains_word":
            return _word(rule.value or "").search(fact) is not None


@lru_cache(maxsize=1024)
def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
