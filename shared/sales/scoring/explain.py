"""The score of a lead, now or as of another instant, with the lines it is the sum of."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, Field

from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.platform.configuration import Version

from . import repository
from .explanation import as_listed
from .ledger import Entry
from .repository import Scored
from .rule_sets import active_rules, rules_at
from .rules import RuleSet
from .score import evaluate, reached, text
from .state import ScoreState, fold

_NO_RULES: Final = RuleSet(threshold=Decimal(1), groups=[])


class ScoreLine(BaseModel):
    """One line: what a rule gave `count` times, as far as it is of one age.

    `points` are what the ledger gave, `counted` is `points * factor` to two decimals (within a cent
    where the rule has more lines, so that they sum exactly); both are text. `age_days`, the whole
    days since, is given where points decay. A line without `rule` takes off what is beyond a
    group's cap; `group` is missing where the rule was withdrawn."""

    rule: str | None
    label: str
    side: str
    group: str | None
    age_days: int | None
    count: int
    points: str
    factor: str
    counted: str


class HandOffExplanation(BaseModel):
    """Why a lead was handed over, as it was at that moment."""

    cycle: int
    at: str
    trigger: str
    score: str
    threshold: str
    rules_version: int
    lines: list[dict[str, Any]]


class ScoreExplanation(BaseModel):
    """A lead's score. Points are text with two decimals; the lines' `counted` sum to `score`.

    `sales_ready` says the score has reached `threshold`, `handed_off` that this cycle's hand-off
    has happened; `hand_off` is the explanation of the latest one. `threshold` and
    `rules_version` are missing as of a time when there were no rules yet.
    """

    lead_id: str
    as_of: str
    score: str
    fit: str
    engagement: str
    threshold: str | None
    rules_version: int | None
    sales_ready: bool
    cycle: int
    handed_off: bool
    hand_off: HandOffExplanation | None = None
    lines: list[ScoreLine] = Field(default_factory=list)


def explain_score(lead_id: str, now: datetime, as_of: datetime | None = None) -> ScoreExplanation:
    """The score at `as_of`, by what was known and which rules were in force then.

    Without `as_of`: now, in at most two calls that do not depend on how much the lead did. With it the
    lead's ledger is read. An instant to come tells what will be left if nothing more happens.
    Raises `NotFound`.
    """
    scored = repository.load(lead_id)
    if scored is None:
        raise NotFound("lead_not_found", "There is no such lead")
    if as_of is None:
        return _explanation(scored, scored.state, active_rules(now), now, _last_hand_off(scored))
    known = [
        entry
        for entry in repository.ledger_of(scored.lead.lead_id)
        if entry.recorded_at <= iso(as_of)
    ]
    rules = rules_at(as_of, now) if as_of <= now else active_rules(now)
    hand_offs = [entry for entry in known if entry.explanation]
    latest = max(hand_offs, key=lambda entry: entry.recorded_at, default=None)
    return _explanation(scored, fold(known), rules, as_of, latest)


def explained(
    scored: Scored, rules: Version[RuleSet] | None, now: datetime, hand_off: Entry | None
) -> ScoreExplanation:
    """The score now of a lead that was read already; `hand_off` is the latest in its ledger."""
    return _explanation(scored, scored.state, rules, now, hand_off)


def _last_hand_off(scored: Scored) -> Entry | None:
    place = scored.shown.get("hand_off_entry")
    return repository.ledger_entry(scored.lead.lead_id, place) if place else None


def _explanation(
    scored: Scored,
    state: ScoreState,
    rules: Version[RuleSet] | None,
    at: datetime,
    hand_off: Entry | None,
) -> ScoreExplanation:
    score = evaluate(state, rules.value if rules else _NO_RULES, at)
    return ScoreExplanation(
        lead_id=scored.lead.lead_id,
        as_of=iso(at),
        score=text(score.total),
        fit=text(score.fit),
        engagement=text(score.engagement),
        threshold=text(rules.value.threshold) if rules else None,
        rules_version=rules.number if rules else None,
        sales_ready=rules is not None and reached(score, rules.value),
        cycle=state.cycle,
        handed_off=state.handed_off,
        hand_off=HandOffExplanation.model_validate(hand_off.explanation) if hand_off else None,
        lines=[ScoreLine(**as_listed(line)) for line in score.lines],
    )
