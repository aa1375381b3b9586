"""Which deadlines a ticket has: ordered conditions, targets by priority, calendars, as data."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.directory.model import Slug
from shared.kernel.calendars import BusinessCalendar

NAME: Final = "tickets"
"""The name under which the policies are stored (kind `sla_policies`)."""

MAX_POLICIES: Final = 50
MAX_MINUTES: Final = 60 * 24 * 90

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES)]

_DATA: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Priority(StrEnum):
    """How urgent a ticket is, the most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Targets(BaseModel):
    """Business minutes until the first answer, each further answer, and the end of the matter.
    What has no target has no deadline."""

    model_config = _DATA

    first_response: Minutes | None = None
    next_reply: Minutes | None = None
    resolution: Minutes | None = None


class Condition(BaseModel):
    """One thing asked of a ticket as it is opened: `{"field": "channel", "in": ["phone"]}`.

    `field` is `type`, `channel`, `queue`, `account_id`, `tag` (one of the ticket's is enough) or
    `custom.<name>`. Text is compared without regard to case.
    """

    model_config = ConfigDict(**_DATA, populate_by_name=True, serialize_by_alias=True)

    field: Annotated[
        str, StringConstraints(pattern=r"^(type|channel|queue|account_id|tag|custom\.[\w-]{1,60})$")
    ]
    one_of: list[Text] = Field(alias="in", min_length=1, max_length=100)

    def holds(self, facts: Mapping[str, Sequence[str]]) -> bool:
        """Whether it holds for the values of a ticket by field."""
        wanted = {one.casefold() for one in self.one_of}
        return any(value.casefold() in wanted for value in facts.get(self.field, ()))


class Policy(BaseModel):
    """Tickets for which every condition holds have these targets, in the hours of `calendar`."""

    model_config = _DATA

    id: Slug
    name: Text
    when: list[Condition] = Field(default=[], max_length=20)
    calendar: Slug
    targets: dict[Priority, Targets]

    def target(self, priority: str, clock: str) -> int | None:
        """Business minutes of a clock; `None`: it has no deadline."""
        found = self.targets.get(Priority(priority))
        minutes: int | None = getattr(found, clock) if found else None
        return minutes


class SlaPolicies(BaseModel):
    """All policies in order (the first that fits a ticket is its policy for good) and the
    calendars they name."""

    model_config = _DATA

    calendars: dict[Slug, BusinessCalendar] = Field(max_length=50)
    policies: list[Policy] = Field(max_length=MAX_POLICIES)

    @model_validator(mode="after")
    def _ids_once(self) -> "SlaPolicies":
        ids = [policy.id for policy in self.policies]
        if len(set(ids)) < len(ids):
            raise ValueError("each policy has an id of its own")
        return self

    def policy(self, policy_id: str) -> Policy | None:
        """The policy of an id."""
        return next((one for one in self.policies if one.id == policy_id), None)

    def fitting(self, facts: Mapping[str, Sequence[str]]) -> Policy | None:
        """The first policy all of whose conditions hold; `None` where none does."""
        return next(
            (one for one in self.policies if all(test.holds(facts) for test in one.when)), None
        )


Clock = Literal["first_response", "next_reply", "resolution"]
CLOCKS: Final[tuple[Clock, ...]] = ("first_response", "next_reply", "resolution")
