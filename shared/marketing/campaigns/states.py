"""What may follow on what in a campaign's life (row M1). Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from shared.kernel.errors import Conflict
from shared.marketing.events import (
    CampaignCancelled,
    CampaignPaused,
    CampaignResumed,
    CampaignStarted,
    MarketingEvent,
)

from .model import State

Move = Literal["start", "pause", "resume", "cancel"]

MOVES: Final[Mapping[Move, tuple[frozenset[State], State]]] = {
    "start": (frozenset({State.PLANNED}), State.ACTIVE),
    "pause": (frozenset({State.ACTIVE}), State.PAUSED),
    "resume": (frozenset({State.PAUSED}), State.ACTIVE),
    "cancel": (frozenset({State.PLANNED, State.ACTIVE, State.PAUSED}), State.CANCELLED),
}
"""Each move: from which states, and where to. A campaign is done by itself."""

EVENTS: Final[Mapping[Move, type[MarketingEvent]]] = {
    "start": CampaignStarted,
    "pause": CampaignPaused,
    "resume": CampaignResumed,
    "cancel": CampaignCancelled,
}


def moved(state: State, move: Move) -> State:
    """The state after a move. Raises `Conflict` (`move_not_possible`)."""
    sources, target = MOVES[move]
    if state not in sources:
        raise Conflict("move_not_possible", f"A campaign that is {state} cannot be {target}")
    return target
