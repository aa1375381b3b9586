"""A task, call, meeting or e-mail somebody means to do about a lead."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.kernel.clock import iso
from shared.kernel.text import plain

MAX_TITLE: Final = 200
MAX_NOTE: Final = 2_000
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)


class TaskKind(StrEnum):
    """What is to be done."""

    TASK = "task"
    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"


class TaskState(StrEnum):
    """Whether it is done."""

    OPEN = "open"
    DONE = "done"


class Task(BaseModel):
    """One task of a lead. Instants are ISO text.

    `due_on` is the day of one that is due any time that day, by the calendar in `zone`, the
    owner's; `due_at` is the instant by which it is due, which is the end of that day then. Both
    are missing where it is due at no time. `note` is not in lists of a person's tasks.
    """

    model_config = ConfigDict(frozen=True)

    task_id: str
    lead_id: str
    title: str
    kind: TaskKind
    state: TaskState = TaskState.OPEN
    owner_id: str
    due_on: str | None = None
    due_at: str | None = None
    zone: str
    note: str | None = None
    created_at: str
    created_by: str
    completed_at: str | None = None
    completed_by: str | None = None
    version: int = 1

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now: from the first instant after the due one."""
        return self.state is TaskState.OPEN and self.due_at is not None and self.due_at <= iso(now)


def _reasonable(at: datetime) -> datetime:
    if not _FIRST.year <= at.year <= _LAST.year:
        raise PydanticCustomError("due_out_of_range", "Between 2000 and 2199")
    return at


Title = Annotated[
    str,
    StringConstraints(max_length=MAX_TITLE),
    AfterValidator(plain),
    StringConstraints(min_length=1),
]
Note = Annotated[
    str,
    StringConstraints(max_length=MAX_NOTE),
    AfterValidator(lambda text: plain(text, multiline=True)),
]
Day = Annotated[date, Field(ge=_FIRST, le=_LAST)]
Instant = Annotated[AwareDatetime, AfterValidator(_reasonable)]
StaffId = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    due_on: Day | None = None
    due_at: Instant | None = None

    @model_validator(mode="after")
    def _due_once(self) -> Self:
        if self.due_on and self.due_at:
            raise PydanticCustomError("due_twice", "Due on a day or at an instant, not both")
        return self


class NewTask(_Input):
    """What makes a task: `{"title": "Call back", "kind": "call", "due_on": "2025-06-02"}`.

    `due_on` is a day of the owner's calendar, `due_at` an instant with its offset. Without
    `owner_id` it is the caller's own.
    """

    title: Title
    kind: TaskKind = TaskKind.TASK
    owner_id: StaffId | None = None
    note: Note | None = None


class TaskChange(_Input):
    """What to change of a task: only the fields given. `{"version": 1, "state": "done"}`.

    A new day or instant replaces the old one, `null` takes it away.
    """

    version: int = Field(ge=1)
    title: Title | None = None
    kind: TaskKind | None = None
    owner_id: StaffId | None = None
    note: Note | None = None
    state: TaskState | None = None
