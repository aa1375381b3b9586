"""What would have been handed over under other rules: a lead's stored history, played again.

Pure. The history is what was recorded: behaviours, the ends of cycles (sales turned the lead
down) and forms that did not wait for points. Facts are those of today, because only the ledger
remembers earlier ones, and only as points. A behaviour counts from when there was a lead.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.customers.behaviour.model import Behaviour
from shared.kernel.clock import parse_instant

from .awards import award_entry, profile_entry
from .limits import compact
from .rules import RuleSet
from .score import evaluate, reached
from .state import ScoreState


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one lead. Instants are ISO text."""

    created_at: str
    facts: dict[str, str]
    behaviours: tuple[Behaviour, ...]
    resets: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()


def replay(history: History, rules: RuleSet) -> dict[int, str]:
    """When each qualification cycle of the lead would have been handed over."""
    handed_over: dict[int, str] = {}
    state = ScoreState()
    created = parse_instant(history.created_at)
    if entry := profile_entry(history.facts, state, rules, 0, created):
        state.apply(entry)
    if reached(evaluate(state, rules, created), rules):
        handed_over[state.cycle] = history.created_at
    for at, what in _in_order(history):
        now = parse_instant(at)
        if what == "reset":
            state.begin_cycle(state.cycle + 1, at)
            state.armed = not reached(evaluate(state, rules, now), rules)
            continue
        state.armed = state.armed or not reached(evaluate(state, rules, now), rules)
        if isinstance(what, Behaviour) and (entry := award_entry(what, state, rules, 0, now)):
            state.apply(entry)
            compact(state, now)
        crossed = state.armed and reached(evaluate(state, rules, now), rules)
        if crossed or what == "demand":
            handed_over.setdefault(state.cycle, at)
    return handed_over


def _in_order(history: History) -> Iterable[tuple[str, Behaviour | str]]:
    timeline: list[tuple[str, Behaviour | str]] = [
        *((at, "reset") for at in history.resets),
        *((at, "demand") for at in history.demands),
        *((max(one.occurred_at, history.created_at), one) for one in history.behaviours),
    ]
    return sorted(timeline, key=lambda event: event[0])


@dataclass(frozen=True, slots=True)
class Difference:
    """Hand-offs of one lead within a time, under the rules in force and under others."""

    active: int
    candidate: int
    extra: int
    fewer: int


def compare(
    history: History, active: RuleSet, candidate: RuleSet, since: str, until: str
) -> Difference:
    """The hand-offs in `[since, until)` under each rule set.

    A cycle handed over under both, however far apart in time, is neither one more nor one fewer.
    """
    now, then = replay(history, active), replay(history, candidate)
    within_now = {cycle for cycle, at in now.items() if since <= at < until}
    within_then = {cycle for cycle, at in then.items() if since <= at < until}
    return Difference(
        active=len(within_now),
        candidate=len(within_then),
        extra=len(within_then - now.keys()),
        fewer=len(within_now - then.keys()),
    )
