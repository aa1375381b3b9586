"""What a change of a lead takes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.sales.hand_offs.moves import Move
from shared.sales.hand_offs.reasons import MAX_REASON_LENGTH
from shared.sales.leads.states import LeadState


class FactsChange(BaseModel):
    """`{"version": 3, "facts": {"company": "Himal Bank", "phone": null}}`: the facts to set; `null`
    takes back what staff set, so that a form's word counts again."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    facts: dict[str, str | None] = Field(min_length=1)


class Transition(BaseModel):
    """`{"to": "recycled", "version": 3, "reason": "no budget"}`.

    `owner_id` goes with `to: assigned` only: without it the caller takes the lead.
    """

    model_config = ConfigDict(extra="forbid")

    to: LeadState
    version: int = Field(ge=1)
    reason: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON_LENGTH),
        ]
        | None
    ) = None
    owner_id: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None

    def move(self) -> Move:
        """The same for the use case."""
        return Move(self.to, self.version, self.reason, self.owner_id)
