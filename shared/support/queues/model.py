"""Which queues there are, which tickets go where, and who takes them: as versioned data."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.directory.model import Slug, Word
from shared.support.sla.policy import Condition

NAME: Final = "tickets"
"""The name under which the queues are stored (kind `ticket_queues`)."""

DEFAULT: Final = "support"
"""Where tickets go that no route sends elsewhere."""

_DATA: Final = ConfigDict(frozen=True, extra="forbid", defer_build=True)

Strategy = Literal["by_hand", "least_busy", "round_robin"]


class Skill(BaseModel):
    """Tickets for which the conditions hold need a person with this skill."""

    model_config = _DATA

    skill: Word
    when: list[Condition] = Field(default=[], max_length=20)


class Queue(BaseModel):
    """People of `team_id` take its tickets: by themselves (`by_hand`), or each is given to whoever
    has the fewest or whose turn it is, among those with the skills it needs.

    A breach is told to `supervisors` (or the team's manager), an hour later to `managers`; each
    level to the program at `webhook` too, if there is one.
    """

    model_config = _DATA

    id: Slug
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    team_id: Slug | None = None
    strategy: Strategy = "by_hand"
    skills: list[Skill] = Field(default=[], max_length=20)
    only_in_working_hours: bool = True
    capacity: int | None = Field(default=None, ge=1, le=10_000)
    webhook: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    supervisors: list[Slug] = Field(default=[], max_length=20)
    managers: list[Slug] = Field(default=[], max_length=20)

    def skills_for(self, facts: Mapping[str, Sequence[str]]) -> frozenset[str]:
        """The skills a ticket needs of whoever takes it."""
        return frozenset(
            one.skill for one in self.skills if all(test.holds(facts) for test in one.when)
        )


class Route(BaseModel):
    """Tickets for which every condition holds go to `queue`."""

    model_config = _DATA

    when: list[Condition] = Field(min_length=1, max_length=20)
    queue: Slug


class PublicForm(BaseModel):
    """Who may post to the public form: pages of our own and of `origins`, so many tickets a
    minute from one address; and where a browser may be sent afterwards."""

    model_config = _DATA

    origins: list[Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+$")]] = Field(
        default=[], max_length=20
    )
    return_urls: list[Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]] = Field(
        default=[], max_length=20
    )
    per_minute: int = Field(default=5, ge=1, le=1_000)


class QueueRules(BaseModel):
    """All queues, and the routes in order: the first that fits decides, else `default`."""

    model_config = _DATA

    queues: list[Queue] = Field(min_length=1, max_length=100)
    routes: list[Route] = Field(default=[], max_length=100)
    default: Slug = DEFAULT
    form: PublicForm = PublicForm()

    @model_validator(mode="after")
    def _queues_known(self) -> "QueueRules":
        ids = [queue.id for queue in self.queues]
        if len(set(ids)) < len(ids):
            raise ValueError("each queue has an id of its own")
        unknown = {*(route.queue for route in self.routes), self.default} - set(ids)
        if unknown:
            raise ValueError(f"there is no queue {', '.join(sorted(unknown))}")
        return self

    def queue(self, queue_id: str) -> Queue | None:
        """The queue of an id."""
        return next((one for one in self.queues if one.id == queue_id), None)

    def queue_for(self, facts: Mapping[str, Sequence[str]]) -> str:
        """Where a new ticket goes."""
        for route in self.routes:
            if all(test.holds(facts) for test in route.when):
                return route.queue
        return self.default


NO_RULES: Final = {"queues": [{"id": DEFAULT, "name": "Support"}]}
"""What holds where nobody has set anything."""
