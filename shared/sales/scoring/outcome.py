"""What a batch of events comes to for one lead. Pure: decides, writes nothing."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.customers.behaviour.model import Behaviour
from shared.kernel.clock import iso
from shared.kernel.events import DomainEvent
from shared.kernel.ids import derived_id
from shared.platform.configuration import Version
from shared.platform.requests import Item
from shared.sales.events import LeadBecameSalesReady, LeadScoreChanged
from shared.sales.leads.model import Lead

from .awards import award_entry, profile_entry
from .explanation import summary
from .ledger import Entry
from .readiness import Readiness, readiness, still_demanded
from .reset import score_changed_id
from .rules import RuleSet
from .score import Score, compact, evaluate, reached, text
from .state import ScoreState

Trigger = Literal["score", "form"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to store: the next state, its figures, the ledger's new entries, and the events."""

    state: ScoreState
    shown: Item
    entries: list[Entry]
    events: list[DomainEvent]
    moved: bool
    """Whether the figures differ from those last shown."""
    handed_over: bool


def score_lead(
    lead: Lead,
    state: ScoreState,
    last_shown: Mapping[str, str],
    behaviours: Iterable[Behaviour],
    rules: Version[RuleSet],
    now: datetime,
    *,
    asked_at: datetime | None = None,
) -> Outcome | None:
    """Score `behaviours` (oldest first) and the lead's facts; `None` when nothing changes.

    `last_shown` holds the `fit`, `engagement` and `score` stored last. `asked_at` is when a form
    that does not wait for points came in.
    """
    after = state.copy()
    after.armed = state.armed or not reached(evaluate(state, rules.value, now), rules.value)
    entries: list[Entry] = []
    if profile := profile_entry(facts_of(lead), state, rules.value, rules.number, now):
        after.apply(profile)
        entries.append(profile)
    for one in behaviours:
        if entry := award_entry(one, after, rules.value, rules.number, now):
            after.apply(entry)
            entries.append(entry)
    score = evaluate(after, rules.value, now)
    demanded = still_demanded(state, asked_at)
    verdict = readiness(after, score, rules.value, lead.state, demanded=demanded)
    trigger: Trigger = "form" if demanded else "score"
    after.version += 1
    if verdict is not Readiness.NO:
        entries.append(_hand_off_entry(lead.lead_id, after, trigger, rules.number, now))
        after.handed_off = True
    if not entries and after.armed == state.armed:
        return None
    compact(after, now)
    return _outcome(lead, after, score, rules, now, entries, last_shown, verdict, trigger)


def facts_of(lead: Lead) -> dict[str, str]:
    """What profile rules look at."""
    return lead.facts | ({"source": lead.source} if lead.source else {})


def ready_id(lead_id: str, cycle: int) -> str:
    """The id of the fact that a lead became ready in a cycle: there is one per cycle."""
    return derived_id("event", hashlib.sha256(f"ready:{lead_id}:{cycle}".encode()).digest())


def _hand_off_entry(
    lead_id: str, state: ScoreState, trigger: Trigger, rules_version: int, now: datetime
) -> Entry:
    return Entry(
        kind="hand_off",
        event_id=ready_id(lead_id, state.cycle),
        occurred_at=iso(now),
        recorded_at=iso(now),
        cycle=state.cycle,
        rules_version=rules_version,
        trigger=trigger,
    )


def _outcome(
    lead: Lead,
    state: ScoreState,
    score: Score,
    rules: Version[RuleSet],
    now: datetime,
    entries: list[Entry],
    last_shown: Mapping[str, str],
    verdict: Readiness,
    trigger: Trigger,
) -> Outcome:
    points = {
        "fit": text(score.fit),
        "engagement": text(score.engagement),
        "score": text(score.total),
    }
    moved = any(last_shown.get(name, "0.00") != value for name, value in points.items())
    shown: Item = {
        **points,
        "threshold": text(rules.value.threshold),
        "rules_version": rules.number,
        "evaluated_at": iso(now),
    }
    events: list[DomainEvent] = []
    if moved:
        events.append(
            LeadScoreChanged(
                event_id=score_changed_id(lead.lead_id, state.version),
                occurred_at=now,
                lead_id=lead.lead_id,
                version=state.version,
                **points,
            )
        )
    handed_over = verdict is Readiness.HAND_OVER
    if handed_over:
        ready = LeadBecameSalesReady(
            event_id=ready_id(lead.lead_id, state.cycle),
            occurred_at=now,
            lead_id=lead.lead_id,
            cycle=state.cycle,
            score=points["score"],
            threshold=shown["threshold"],
            trigger=trigger,
            rules_version=rules.number,
        )
        events.append(ready)
        # Labels are the company's own words: they stay here, an event carries facts only.
        shown["explanation"] = {
            "cycle": state.cycle,
            "at": iso(now),
            "trigger": trigger,
            "score": points["score"],
            "threshold": shown["threshold"],
            "rules_version": rules.number,
            "lines": summary(score),
        }
    return Outcome(state, shown, entries, events, moved, handed_over)
