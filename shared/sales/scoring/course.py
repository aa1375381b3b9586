"""How a lead's score came about: the points it had at one instant after another. For charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from shared.kernel.clock import iso, parse_instant

from . import repository
from .ledger import Entry
from .rules import RuleSet
from .score import evaluate
from .state import ScoreState

POINTS_AT_MOST: Final = 60
"""So many instants are worked out; a chart is not wider."""


@dataclass(frozen=True, slots=True)
class Instant:
    """The points at `at` (epoch seconds)."""

    at: int
    fit: Decimal
    total: Decimal


def course_of(lead_id: str, since: datetime, now: datetime, rules: RuleSet) -> list[Instant]:
    """The lead's points from `since` until now, when they changed and in between.

    By what was known at each instant, with the caps that `rules` have. One query.
    """
    entries = sorted(repository.ledger_of(lead_id), key=lambda one: one.recorded_at)
    return list(_course(entries, _instants(entries, since, now), rules))


def _course(
    entries: Sequence[Entry], instants: Iterable[datetime], rules: RuleSet
) -> Iterable[Instant]:
    state, known = ScoreState(), 0
    for at in instants:
        text = iso(at)
        while known < len(entries) and entries[known].recorded_at <= text:
            state.apply(entries[known])
            known += 1
        score = evaluate(state, rules, at)
        yield Instant(int(at.timestamp()), score.fit, score.total)


def _instants(entries: Sequence[Entry], since: datetime, now: datetime) -> list[datetime]:
    """Each instant something was recorded, where they are few; else evenly spaced ones. Points
    that decay change every day."""
    recorded = sorted({parse_instant(one.recorded_at) for one in entries})
    decays = any(award.half_life_days for one in entries for award in one.awards)
    if decays or len(recorded) > POINTS_AT_MOST - 2:
        step = max((now - since) / (POINTS_AT_MOST - 1), timedelta(seconds=1))
        spread = [since + step * number for number in range(POINTS_AT_MOST - 1)]
        few = recorded if len(recorded) <= POINTS_AT_MOST else recorded[-1:]
        recorded = sorted({*spread, *few})
    within = [at for at in recorded if since < at < now]
    return [first for first, then in pairwise([since, *within, now]) if first != then] + [now]
