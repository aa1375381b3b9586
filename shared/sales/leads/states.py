"""The states of a lead and the moves between them (row S5)."""

from enum import StrEnum
from typing import Final

from shared.kernel.errors import Conflict


class LeadState(StrEnum):
    """Where a lead stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    WORKING = "working"
    QUALIFIED = "qualified"
    CONVERTED = "converted"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"


S = LeadState

MOVES: Final[dict[LeadState, frozenset[LeadState]]] = {
    S.NEW: frozenset({S.ASSIGNED, S.RECYCLED, S.DISQUALIFIED}),
    S.ASSIGNED: frozenset({S.WORKING, S.RECYCLED, S.DISQUALIFIED}),
    S.WORKING: frozenset({S.QUALIFIED, S.RECYCLED, S.DISQUALIFIED}),
    # A qualified lead becomes `converted` by the conversion alone, never by a plain move.
    S.QUALIFIED: frozenset({S.RECYCLED, S.DISQUALIFIED}),
    S.CONVERTED: frozenset(),
    S.RECYCLED: frozenset({S.ASSIGNED}),
    S.DISQUALIFIED: frozenset({S.RECYCLED}),
}

OPEN: Final = frozenset({S.ASSIGNED, S.WORKING})
"""States in which a lead counts towards its owner's load."""

NEEDS_REASON: Final = frozenset({S.DISQUALIFIED})
"""States that are entered with a reason only; so is `recycled` when it answers a hand-off."""


def check_move(current: LeadState, to: LeadState) -> None:
    """Raise `Conflict` (`move_not_allowed`, listing the allowed ones) unless the move is legal."""
    if to not in MOVES[current]:
        allowed = sorted(MOVES[current])
        raise Conflict(
            "move_not_allowed",
            f"A lead that is {current} cannot become {to}",
            state=current,
            allowed=allowed,
        )
