"""What `/v1/hand-offs` takes and answers."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.sales.hand_offs.counters import Figures
from shared.sales.hand_offs.listing import ME
from shared.sales.hand_offs.model import HandOff, HandOffState

MAX_DAYS = 366


class ListQuery(BaseModel):
    """`?owner=me|<staff_id>|unassigned&state=open&limit=&cursor=`"""

    owner: str = Field(default=ME, min_length=1, max_length=128)
    state: HandOffState = HandOffState.OPEN
    cursor: str | None = None


class HandOffPage(BaseModel):
    """Some hand-offs, and the cursor of the next page."""

    items: list[HandOff]
    next: str | None = None


class ReportQuery(BaseModel):
    """`?from=2025-06-01&to=2025-06-30`: days of UTC on which hand-offs were offered."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _a_range(self) -> "ReportQuery":
        if not 0 <= (self.last - self.first).days < MAX_DAYS:
            raise ValueError(f"a report covers 1 to {MAX_DAYS} days")
        return self


class Report(BaseModel):
    """The figures of all days together and of each day that has any."""

    total: Figures
    days: dict[str, Figures]
