"""What `lead_tasks` takes and answers."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from shared.sales.tasks.listing import ME
from shared.sales.tasks.model import Task, TaskState


class ListQuery(BaseModel):
    """`?owner=me|<staff_id>&state=open|done&limit=&cursor=`"""

    owner: str = Field(default=ME, min_length=1, max_length=128)
    state: TaskState = TaskState.OPEN
    cursor: str | None = None


class TaskView(Task):
    """A task, and whether it is overdue as this is answered."""

    is_overdue: bool

    @classmethod
    def at(cls, task: Task, now: datetime) -> "TaskView":
        """The view of a task at an instant."""
        return cls(**task.model_dump(), is_overdue=task.overdue(now))


class TaskPage(BaseModel):
    """Some tasks; `next` is the cursor of those that follow."""

    items: list[TaskView]
    next: str | None = None

    @classmethod
    def at(cls, tasks: Iterable[Task], now: datetime, rest: str | None = None) -> "TaskPage":
        """The page of these tasks at an instant."""
        return cls(items=[TaskView.at(task, now) for task in tasks], next=rest)
