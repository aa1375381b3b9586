"""A merge: what was done, and what it takes to undo it."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from shared.customers.consents.model import Consent
from shared.customers.contacts.model import Contact
from shared.kernel.ids import is_id

_BETWEEN: Final = "."


class MergeState(StrEnum):
    """`moving`: what belongs to the loser is on its way; `returning`: on its way back."""

    MOVING = "moving"
    DONE = "done"
    RETURNING = "returning"
    UNDONE = "undone"


class Merge(BaseModel):
    """One merge. `merge_id` begins with the winner's id, so one read finds it.

    `winner_before`, `winner_after` and `loser_before` are the records as they were; `claims` are
    keys (`pk`) of addresses, leads and other systems' ids that became the winner's. `after` is the
    sort key up to which things went back. `withheld` are addresses that could not go back, as
    somebody else has them by now.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    merge_id: str
    winner_id: str
    loser_id: str
    state: MergeState
    merged_at: str
    merged_by: str
    winner_before: Contact
    winner_after: Contact
    loser_before: Contact
    claims: list[str] = Field(default_factory=list)
    consents_before: list[Consent] = Field(default_factory=list)
    consents_after: list[Consent] = Field(default_factory=list)
    undone_at: str | None = None
    undone_by: str | None = None
    withheld: int = 0
    after: str | None = None


def merge_id_of(winner_id: str, own_id: str) -> str:
    """The id of the merge `own_id` of a winner."""
    return f"{winner_id}{_BETWEEN}{own_id}"


def winner_of(merge_id: str) -> str | None:
    """The winner of a merge; `None` for what cannot be an id of one."""
    winner_id, _, own_id = merge_id.partition(_BETWEEN)
    return winner_id if is_id("contact", winner_id) and is_id("merge", own_id) else None
