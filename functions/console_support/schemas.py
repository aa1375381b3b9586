"""What the pages of support take from addresses and forms."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.directory.model import Slug
from shared.support.figures.report import GroupedBy

READERS: Final = ("supervisor", "agent", "analyst")
WRITERS: Final = ("supervisor",)

_FORM: Final = ConfigDict(extra="ignore", populate_by_name=True)


class TodayQuery(BaseModel):
    """`?queue=&minutes=`: of which queue, and how long a ticket takes."""

    model_config = _FORM

    queue: Slug | None = None
    minutes: int = Field(default=15, ge=1, le=480)

    @field_validator("queue", mode="before")
    @classmethod
    def _nothing(cls, given: object) -> object:
        return given or None


class ReportQuery(BaseModel):
    """`?from=&to=&by=`: days, both included, and what the rows are of."""

    model_config = _FORM

    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    by: GroupedBy = "agent"

    @field_validator("since", "until", mode="before")
    @classmethod
    def _nothing(cls, given: object) -> object:
        return given or None


class VersionForm(BaseModel):
    """A form about entries as they were read in `version`; 0: there were none."""

    model_config = _FORM

    version: int = Field(ge=0, le=999_999)
