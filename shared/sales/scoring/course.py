"""How a lead's score came about: the points it had at one instant after another. For charts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
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
    """The course of a lead's ledger. One query."""
    return course(repository.ledger_of(lead_id), since, now, rules)


def course(
    entries: Iterable[Entry], since: datetime, now: datetime, rules: RuleSet
) -> list[Instant]:
    """The points from `since` until now, when they changed and, where they decay, in between.

    By what was known at each instant, with the caps that `rules` have. Pure.
    """
    known = sorted(entries, key=lambda one: one.recorded_at)
    return list(_course(known, _instants(known, since, now), rules))


def _course(
    entries: Sequence[Entry], instants: Iterable[datetime], rules: RuleSet
) -> Iterator[Instant]:
    state, counted = ScoreState(), 0
    for at in instants:
        text = iso(at)
        while counted < len(entries) and entries[counted].recorded_at <= text:
            state.apply(entries[counted])
            counted += 1
        score = evaluate(state, rules, at)
        yield Instant(int(at.timestamp()), score.fit, score.total)


def _instants(entries: Sequence[Entry], since: datetime, now: datetime) -> list[datetime]:
    """Each instant something was recorded, where they are few; else evenly spaced ones. Points
    that decay change every day."""
    recorded = sorted({parse_instant(one.recorded_at) for one in entries})
    decays = any(award.half_life_days for one in entries for award in one.awards)
    few = len(recorded) <= POINTS_AT_MOST // 2
    if decays or not few:
        count = POINTS_AT_MOST // 2 if few else POINTS_AT_MOST
        step = max((now - since) / count, timedelta(seconds=1))
        spread = [since + step * number for number in range(1, count)]
        recorded = sorted({*spread, *(recorded if few else ())})
    within = [at for at in recorded if since < at < now]
    return [since, *within, now] if since < now else [now]
