"""When a lead is ready for sales: once per qualification cycle."""

from datetime import datetime
from enum import Enum
from typing import Final

from shared.kernel.clock import iso
from shared.sales.leads.states import LeadState

from .rules import RuleSet
from .score import Score, reached
from .state import ScoreState

WAITING: Final = frozenset({LeadState.NEW, LeadState.RECYCLED})
"""States in which a lead can be handed over."""

WITH_SALES: Final = frozenset(
    {LeadState.ASSIGNED, LeadState.WORKING, LeadState.QUALIFIED, LeadState.CONVERTED}
)


class Readiness(Enum):
    """What crossing the threshold, or a form that does not wait for points, comes to."""

    NO = "no"
    HAND_OVER = "hand_over"
    ALREADY_WITH_SALES = "already_with_sales"


def readiness(
    state: ScoreState, score: Score, rules: RuleSet, lead_state: LeadState, *, demanded: bool
) -> Readiness:
    """Whether the lead is to be handed over now.

    By points: the score has reached the threshold after it was seen below it in this cycle. On
    demand: whatever the points. A lead sales has already uses up its cycle without being handed
    over; a disqualified one waits to be recycled.
    """
    crossed = state.armed and reached(score, rules)
    if state.handed_off or not (demanded or crossed):
        return Readiness.NO
    if lead_state in WAITING:
        return Readiness.HAND_OVER
    return Readiness.ALREADY_WITH_SALES if lead_state in WITH_SALES else Readiness.NO


def still_demanded(state: ScoreState, asked_at: datetime | None) -> bool:
    """Whether a form's demand belongs to the present cycle: one that is delivered again after
    sales turned the lead down does not start the next."""
    return asked_at is not None and iso(asked_at) > state.reset_at
