"""What `support_report` takes."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from shared.support.figures.report import GroupedBy


class ReportQuery(BaseModel):
    """`?from=&to=&by=`: days, both included, and what the rows are of."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    by: GroupedBy = "agent"
