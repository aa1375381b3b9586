"""What somebody may do with a lead as it stands: the legal moves only (row S5). Pure."""

from dataclasses import dataclass
from typing import Final

from shared.platform.auth import Staff
from shared.sales.leads.model import Lead
from shared.sales.leads.states import MOVES, NEEDS_REASON, LeadState

from .model import HandOff, HandOffState

MOVERS: Final = ("rep", "sales_manager")
"""Roles that move leads."""

_ORDER: Final = (
    LeadState.WORKING,
    LeadState.QUALIFIED,
    LeadState.ASSIGNED,
    LeadState.RECYCLED,
    LeadState.DISQUALIFIED,
)


@dataclass(frozen=True, slots=True)
class Option:
    """A move: to which state. `answers`: it accepts or rejects the open hand-off.
    `reason_needed`: only with a reason. `to_others`: somebody else may be made the owner."""

    to: LeadState
    answers: bool = False
    reason_needed: bool = False
    to_others: bool = False

    @property
    def asks(self) -> bool:
        """Whether something is to be said with it: to whom, or why."""
        return self.to_others or self.to in (LeadState.RECYCLED, LeadState.DISQUALIFIED)


def options(lead: Lead, waiting: HandOff | None, by: Staff) -> list[Option]:
    """The moves `by` may make, the most likely first. `waiting` is the lead's hand-off that waits."""
    theirs = lead.owner_id in (None, by.staff_id) or by.has("sales_manager")
    if not (by.has(*MOVERS) and theirs):
        return []
    open_ = waiting is not None and waiting.state is HandOffState.OPEN
    return [
        Option(
            to,
            answers=open_ and to in (LeadState.WORKING, LeadState.RECYCLED),
            reason_needed=to in NEEDS_REASON or (open_ and to is LeadState.RECYCLED),
            to_others=to is LeadState.ASSIGNED and by.has("sales_manager"),
        )
        for to in _ORDER
        if to in MOVES[lead.state]
    ]
