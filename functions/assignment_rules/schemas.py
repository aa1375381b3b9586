"""What `/v1/assignment-rules` takes and answers."""

from pydantic import BaseModel, ConfigDict, Field

from shared.sales.assignment.rules import AssignmentRules


class RulesVersion(BaseModel):
    """The rules in force: version 0 and none where nobody has set any."""

    version: int
    rules: AssignmentRules
    saved_by: str | None = None
    saved_at: str | None = None
    active_since: str | None = None


class NewRules(BaseModel):
    """Rules to put in force, and the version they replace."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=0)
    rules: AssignmentRules
