"""The states of a ticket and the moves between them (row V1)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.kernel.errors import Conflict


class TicketState(StrEnum):
    """Where a ticket stands. `pending` waits for the customer, `on_hold` for somebody else;
    `merged` ones live on in another ticket."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


_N, _O, _P, _H, _R, _C, _M, _S = TicketState

MOVES: Final[Mapping[TicketState, tuple[TicketState, ...]]] = {
    _N: (_O, _P, _H, _R, _S),
    _O: (_P, _H, _R, _S),
    _P: (_O, _H, _R, _S),
    _H: (_O, _P, _R, _S),
    _R: (_O, _C),
    _C: (),
    _M: (),
    _S: (_O,),
}
"""What staff may move a ticket to. `merged` comes of merging alone."""

CUSTOMER_MOVES: Final[Mapping[TicketState, tuple[TicketState, ...]]] = {
    **dict.fromkeys((_N, _O, _P, _H, _R), (_C,)),
    **dict.fromkeys((_C, _M, _S), ()),
}
"""What customers may: they close their own."""

MERGEABLE: Final = frozenset({_N, _O, _P, _H, _R})
"""States in which a ticket may be merged into another, or take another in."""

WITH_US: Final = frozenset({_N, _O, _H})
"""States in which the company has something to do."""

ENDED: Final = frozenset({_C, _M, _S})
"""States in which nothing is to be done any more."""


def check_move(
    before: TicketState,
    to: TicketState,
    moves: Mapping[TicketState, tuple[TicketState, ...]] = MOVES,
) -> None:
    """Raise `Conflict` (`move_not_allowed`, with the legal ones as `allowed`) for another move."""
    if to not in moves[before]:
        raise Conflict(
            "move_not_allowed",
            f"A ticket that is {before.value} cannot become {to.value}",
            state=before.value,
            allowed=[one.value for one in moves[before]],
        )


def after_customer(state: TicketState) -> TicketState:
    """The state after a customer wrote: what waited for them, or seemed settled, is open."""
    return _O if state in (_P, _R) else state


def after_agent(state: TicketState) -> TicketState:
    """The state after an agent answered: what nobody had looked at is open."""
    return _O if state is _N else state
