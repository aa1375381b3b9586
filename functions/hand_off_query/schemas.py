"""What `/v1/hand-offs` takes and answers."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.sales.hand_offs.counters import Figures
from shared.sales.hand_offs.listing import ME
from shared.sales.hand_offs.model import HandOff, HandOffState
from shared.sales.leads.model import LeadSummary
from shared.sales.tasks.model import Task
from shared.sales.work.listing import Work

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


class WorkQuery(BaseModel):
    """`?owner=me|<staff_id>&limit=`"""

    owner: str = Field(default=ME, min_length=1, max_length=128)
    limit: int = Field(default=50, ge=1, le=100)

    def of(self, staff_id: str) -> str:
        """Whose work is asked for."""
        return staff_id if self.owner == ME else self.owner


class WorkView(BaseModel):
    """What is due next, soonest first. `overdue` names tasks; `leads` are those it is about, by
    id. `more`: there are other things that are due later still."""

    hand_offs: list[HandOff]
    tasks: list[Task]
    overdue: list[str]
    leads: dict[str, LeadSummary]
    more: bool

    @classmethod
    def of(cls, work: Work, leads: Mapping[str, LeadSummary]) -> "WorkView":
        """The view of somebody's work."""
        return cls(
            hand_offs=work.hand_offs,
            tasks=work.tasks,
            overdue=[task.task_id for task in work.overdue],
            leads=dict(leads),
            more=work.more,
        )
