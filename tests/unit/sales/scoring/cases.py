"""Rule sets, behaviours and leads the scoring tests start from."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import save_new
from shared.customers.events import BehaviourRecorded
from shared.kernel.clock import iso, parse_instant
from shared.sales.scoring.rule_sets import NAME, RULE_SETS
from shared.sales.scoring.rules import RuleSet
from tests.calls import bus_event, invoke, queue_event

T0: Final = datetime(2025, 6, 2, 4, 0, tzinfo=UTC)
SEEDED: Final = json.loads(
    (Path(__file__).parents[4] / "infra/blueprints/scoring_rules.json").read_text()
)


def rules(**changes: Any) -> RuleSet:
    """The seeded rules with top-level `changes`."""
    return RuleSet.model_validate(SEEDED | changes)


def pricing_rule(**changes: Any) -> RuleSet:
    """The seeded rules with `changes` in the pricing rule."""
    first, *others = SEEDED["behaviour"]
    return rules(behaviour=[first | changes, *others])


def page_view(number: int, at: datetime = T0, **more: Any) -> Behaviour:
    """The n-th visit of the pricing page."""
    given: dict[str, Any] = {
        "subject_id": "visitor-0001",
        "behaviour_id": f"view-{number}",
        "name": "page_viewed",
        "occurred_at": iso(at),
        "recorded_at": iso(at),
        "path": "/pricing",
    }
    return Behaviour(**given | more)


def email_open(number: int, at: datetime = T0, **more: Any) -> Behaviour:
    """The n-th e-mail opened, as our signed link says."""
    given = {"behaviour_id": f"open-{number}", "name": "email_opened", "source": "signed"}
    return page_view(number, at, **{**given, "path": None, **more})


def activate(value: RuleSet | None = None, at: datetime = T0, after: int = 0) -> int:
    """Put rules in force in the stored configuration."""
    return RULE_SETS.save(
        NAME, value or rules(), by="staff_seed", at=at, after=after, activate=True
    )


def recorded(one: Behaviour) -> BehaviourRecorded:
    """The event of a stored behaviour."""
    return BehaviourRecorded(
        event_id=f"{one.subject_id}.{one.behaviour_id}",
        occurred_at=parse_instant(one.occurred_at),
        subject_id=one.subject_id,
        behaviour_id=one.behaviour_id,
        name=one.name,
    )


def store(*behaviours: Behaviour) -> list[BehaviourRecorded]:
    """Store behaviours; their events."""
    for start in range(0, len(behaviours), 100):
        save_new(behaviours[start : start + 100])
    return [recorded(one) for one in behaviours]


def deliver(*facts: Any) -> list[str]:
    """Hand events to scoring_update as one batch; the ids of those it wants again."""
    answer = invoke("scoring_update", queue_event([bus_event(fact) for fact in facts]))
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]
