"""What `lead_assign_many` takes and answers."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.sales.hand_offs.many import MAX_LEADS, Assigned

Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Assignments(BaseModel):
    """`{"lead_ids": ["lead_…"], "owner_id": "asha"}` or `{"lead_ids": […], "by_rules": true}`."""

    model_config = ConfigDict(extra="forbid")

    lead_ids: list[Id] = Field(min_length=1, max_length=MAX_LEADS)
    owner_id: Id | None = None
    by_rules: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.owner_id is None) == (self.by_rules is None):
            raise PydanticCustomError("one_of_two", "Give either owner_id or by_rules")
        return self


class Outcomes(BaseModel):
    """What became of each lead, in the order given, each named once."""

    items: list[Assigned]
    assigned: int
    refused: int

    @classmethod
    def of(cls, found: Sequence[Assigned]) -> "Outcomes":
        """The answer, counted."""
        assigned = sum(one.outcome == "assigned" for one in found)
        return cls(items=list(found), assigned=assigned, refused=len(found) - assigned)
