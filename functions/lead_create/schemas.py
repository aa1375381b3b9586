"""What `lead_create` takes and answers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.sales.leads.creation import NewLead


class LeadBody(BaseModel):
    """`{"facts": {"email": "ann@example.com", "last_name": "Rai"}, "hand_off": "now"}`."""

    model_config = ConfigDict(extra="forbid")

    facts: dict[str, str | None]
    source: str = Field(default="staff", pattern=r"^[\w .-]{1,100}$")
    hand_off: Literal["scored", "now"] = "scored"

    def new_lead(self) -> NewLead:
        """The same for the use case."""
        return NewLead(self.facts, self.source, self.hand_off)


class Created(BaseModel):
    """201."""

    lead_id: str
    submission_id: str
