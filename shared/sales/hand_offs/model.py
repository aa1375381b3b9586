"""A hand-off: a lead offered to a salesperson, who is to answer by a deadline."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

UNASSIGNED: Final = "unassigned"
"""Stands for an owner where there is nobody: leads waiting for a person to give them to one."""

TIMER: Final = "hand_off_timeout"
"""The kind of the deadline's timer."""

TAKEN: Final = "taken"
ASSIGNED_BY_HAND: Final = "assigned by hand"
"""Reasons of assignments that no rule made: by the owner themselves, by somebody else."""

LOOK_AGAIN_AFTER: Final = timedelta(minutes=15)
"""So often it is tried again whether anybody can take a lead that waits unassigned."""

MISSES_BEFORE_MANAGER: Final = 2
"""So many people may let a hand-off pass before it goes to the team's manager."""


class HandOffState(StrEnum):
    """What became of a hand-off. `unassigned` ones wait for a person to be found."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MISSED = "missed"
    UNASSIGNED = "unassigned"
    WITHDRAWN = "withdrawn"


WAITING: Final = frozenset({HandOffState.OPEN, HandOffState.UNASSIGNED})
"""States that ask somebody to do something."""


class HandOff(BaseModel):
    """One offer. `attempt` counts those of a qualification `cycle`, `misses` the people who let
    earlier ones pass, `tried` everybody it was offered to. `offered_by` is who assigned the lead by
    hand (not in lists). `answer` is what the person said who closed it (`closed_by`). Instants
    are ISO text."""

    model_config = ConfigDict(frozen=True)

    lead_id: str
    cycle: int
    attempt: int
    state: HandOffState
    owner_id: str | None = None
    team_id: str | None = None
    rule_id: str | None = None
    reason: str = ""
    score: str = "0"
    offered_at: str
    offered_by: str | None = None
    due_at: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None
    answer: str | None = None
    misses: int = 0
    tried: tuple[str, ...] = ()
