"""From events and facts to ledger entries. Pure: time and ids are arguments."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from shared.customers.behaviour.model import Behaviour
from shared.kernel.clock import iso

from .ledger import NO_CYCLE, Award, Entry
from .limits import counters_of, gives
from .matching import profile_points, rules_met
from .rules import RuleSet
from .state import ScoreState


def behaviour_event_id(one: Behaviour) -> str:
    """What the ledger calls an event: the same however it reached us."""
    return f"{one.subject_id}.{one.behaviour_id}"


def award_entry(
    one: Behaviour, state: ScoreState, rules: RuleSet, rules_version: int, at: datetime
) -> Entry | None:
    """The entry an event makes, given what the lead has already; `None` when it gives nothing.
    `at` is when that is decided and written down.

    What happened before the cycle began is entered and counts nowhere, so that a late event
    cannot bring a rejected lead back.
    """
    occurred_at = min(one.occurred_at, one.recorded_at)
    present = occurred_at > state.reset_at
    awards: list[Award] = []
    for rule in rules_met(rules, one):
        counters = counters_of(rule, one, occurred_at[:10]) if present else {}
        if rule.points and (not present or gives(rule, counters, occurred_at, state, at)):
            awards.append(Award(rule.id, rule.points, rule.half_life_days, tuple(counters)))
    if not awards:
        return None
    return Entry(
        kind="award",
        event_id=behaviour_event_id(one),
        occurred_at=occurred_at,
        recorded_at=iso(at),
        cycle=state.cycle if present else NO_CYCLE,
        rules_version=rules_version,
        awards=tuple(awards),
    )


def profile_entry(
    facts: Mapping[str, str], state: ScoreState, rules: RuleSet, rules_version: int, at: datetime
) -> Entry | None:
    """The entry that brings profile points in line with `facts`; `None` when they are.

    It needs no receipt: doing it again finds nothing to change.
    """
    due = profile_points(rules, facts)
    changes: dict[str, Decimal] = {}
    for rule in sorted({*due, *state.profile}):
        change = due.get(rule, Decimal(0)) - state.profile.get(rule, Decimal(0))
        if change:
            changes[rule] = change
    if not changes:
        return None
    return Entry(
        kind="profile",
        event_id=f"profile.{state.version + 1}",
        occurred_at=iso(at),
        recorded_at=iso(at),
        cycle=state.cycle,
        rules_version=rules_version,
        profile=changes,
    )
