"""What `/v1/staff` and `/v1/teams` answer."""

from pydantic import BaseModel

from shared.directory.model import StaffMember, Team


class StaffPage(BaseModel):
    """Some people, and the cursor of the next page."""

    items: list[StaffMember]
    next: str | None = None


class TeamList(BaseModel):
    """Every team."""

    items: list[Team]
