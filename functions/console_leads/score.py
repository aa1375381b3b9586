"""Why a lead has its points, now and at any instant, and how they came about."""

from datetime import datetime
from decimal import Decimal

from shared.console.entry import Answer, PageRequest
from shared.kernel.clock import parse_instant
from shared.sales.scoring.course import course_of
from shared.sales.scoring.explain import explain_score
from shared.sales.scoring.rule_sets import rules_in_force

from .schemas import as_of


def explained(request: PageRequest, lead_id: str) -> Answer:
    """Why the lead has, or had, its points: what the slider swaps into the page."""
    at = as_of(request.query.get("at"), request.now)
    score = explain_score(lead_id, request.now, at)
    return request.page("why.html", score=score, as_of=at)


def drawn(request: PageRequest, lead_id: str) -> Answer:
    """How the points came about, as a part of the page that comes after it."""
    since = as_of(request.query.get("since"), request.now) or request.now
    rules = rules_in_force(request.now)
    points = course_of(lead_id, since, request.now, rules.value) if rules else []
    return request.page("course.html", points=points, threshold=threshold(request.now))


def span(created_at: str, now: datetime) -> dict[str, int]:
    """What the slider runs over, in epoch seconds."""
    since, until = int(parse_instant(created_at).timestamp()), int(now.timestamp())
    return {"since": since, "until": until, "step": max(1, (until - since) // 400)}


def threshold(now: datetime) -> Decimal | None:
    """The points that make a lead ready for sales; `None` before there are rules."""
    rules = rules_in_force(now)
    return rules.value.threshold if rules else None
