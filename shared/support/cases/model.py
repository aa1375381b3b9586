"""A case: what several tickets have in common."""

from pydantic import BaseModel, ConfigDict, Field

from shared.support.tickets.model import Subject


class NewCase(BaseModel):
    """A case to begin; tickets join it by their `case_id`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: Subject


class Case(BaseModel):
    """One affair. Instants are ISO text."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    case_id: str
    title: str
    created_at: str
    created_by: str
    request_hash: str | None = Field(default=None, exclude=True)
