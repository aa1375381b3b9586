"""What `/v1/staff` and `/v1/teams` answer."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.directory.model import Slug, StaffMember, Team
from shared.directory.standing import Standing, standing


class StaffView(StaffMember):
    """A person, and what they are doing now: `working`, `off_hours`, `on_leave` or `disabled`."""

    # Lists do not know it: the index leaves it out.
    signed_out_at: Annotated[datetime | None, Field(exclude=True)] = None
    standing: Standing

    @classmethod
    def of(cls, person: StaffMember, now: datetime) -> Self:
        """The person as they stand at `now`."""
        return cls(**dict(person), standing=standing(person, now))


class ListQuery(BaseModel):
    """What `GET /v1/staff` may be narrowed to."""

    model_config = ConfigDict(extra="ignore")

    team_id: Slug | None = None
    role: str | None = None
    disabled: Literal["true", "false"] | None = None


class StaffPage(BaseModel):
    """Some people, and the cursor of the next page. With a filter a page may be short, and is the
    last when it comes without cursor."""

    items: list[StaffView]
    next: str | None = None


class TeamList(BaseModel):
    """Every team."""

    items: list[Team]
