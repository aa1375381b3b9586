"""What a batch of events comes to for one lead. Pure: decides, writes nothing."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

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
from .ledger import WITH_SALES, Entry
from .limits import compact
from .readiness import Readiness, readiness, still_demanded
from .reset import score_changed_id
from .rules import RuleSet
from .score import Score, evaluate, reached, text
from .state import ScoreState

Trigger = Literal["score", "form"]
POINTS: Final = ("fit", "engagement", "score")


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
    after.version += 1
    shown = _shown(score, rules, now)
    events: list[DomainEvent] = []
    moved = any(last_shown.get(name, "0.00") != shown[name] for name in POINTS)
    if moved:
        events.append(_score_changed(lead.lead_id, after.version, shown, now))
    if verdict is not Readiness.NO:
        trigger: Trigger = "form" if demanded else "score"
        ready = _ready(lead.lead_id, after.cycle, trigger, shown, now)
        hand_over = verdict is Readiness.HAND_OVER
        entry = _hand_off_entry(ready, score, rules, now, hand_over=hand_over)
        after.apply(entry)
        entries.append(entry)
        if hand_over:
            events.append(ready)
            shown["hand_off_entry"] = entry.sort_key
    if not entries and after.armed == state.armed:
        return None
    compact(after, now)
    return Outcome(after, shown, entries, events, moved, verdict is Readiness.HAND_OVER)


def facts_of(lead: Lead) -> dict[str, str]:
    """What profile rules look at."""
    return lead.facts | ({"source": lead.source} if lead.source else {})


def ready_id(lead_id: str, cycle: int) -> str:
    """The id of the fact that a lead became ready in a cycle: there is one per cycle."""
    return derived_id("event", hashlib.sha256(f"ready:{lead_id}:{cycle}".encode()).digest())


def _shown(score: Score, rules: Version[RuleSet], now: datetime) -> Item:
    return {
        "fit": text(score.fit),
        "engagement": text(score.engagement),
        "score": text(score.total),
        "threshold": text(rules.value.threshold),
        "rules_version": rules.number,
        "evaluated_at": iso(now),
    }


def _score_changed(lead_id: str, version: int, shown: Item, now: datetime) -> LeadScoreChanged:
    return LeadScoreChanged(
        event_id=score_changed_id(lead_id, version),
        occurred_at=now,
        lead_id=lead_id,
        version=version,
        **{name: shown[name] for name in POINTS},
    )


def _ready(
    lead_id: str, cycle: int, trigger: Trigger, shown: Item, now: datetime
) -> LeadBecameSalesReady:
    return LeadBecameSalesReady(
        event_id=ready_id(lead_id, cycle),
        occurred_at=now,
        lead_id=lead_id,
        cycle=cycle,
        score=shown["score"],
        threshold=shown["threshold"],
        trigger=trigger,
        rules_version=shown["rules_version"],
    )


def _hand_off_entry(
    ready: LeadBecameSalesReady,
    score: Score,
    rules: Version[RuleSet],
    now: datetime,
    *,
    hand_over: bool,
) -> Entry:
    # The lines hold the company's own words: they stay here, an event carries facts only.
    facts = ready.model_dump(include={"cycle", "trigger", "score", "threshold", "rules_version"})
    return Entry(
        kind="hand_off",
        event_id=ready.event_id,
        occurred_at=iso(now),
        recorded_at=iso(now),
        cycle=ready.cycle,
        rules_version=rules.number,
        trigger=ready.trigger if hand_over else WITH_SALES,
        explanation={**facts, "at": iso(now), "lines": summary(score)} if hand_over else {},
    )
