"""Tasks of a lead and of a person."""

from collections.abc import Iterable

from shared.kernel.errors import Forbidden
from shared.kernel.paging import seal, unseal
from shared.platform.auth import Staff
from shared.platform.keys import key
from shared.sales.leads.aliases import followed

from .model import Task, TaskState
from .repository import of_lead, page_of

ME = "me"


def tasks_of_lead(lead_id: str) -> list[Task]:
    """The lead's tasks: open ones soonest due first, then done ones, last done first.

    Two reads. Raises `NotFound` for an unknown lead.
    """
    return in_order(of_lead(followed(lead_id)["lead_id"]))


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Open ones soonest due first, then done ones, last done first."""
    known = list(tasks)
    done = [task for task in known if task.state is TaskState.DONE]
    still = [task for task in known if task.state is TaskState.OPEN]
    # `~` sorts behind every instant: what is due at no time comes last.
    still.sort(key=lambda task: (task.due_at or "~", task.task_id))
    done.sort(key=lambda task: task.completed_at or "", reverse=True)
    return still + done


def list_tasks(
    by: Staff, *, owner: str, state: TaskState, limit: int, cursor: str | None
) -> tuple[list[Task], str | None]:
    """Up to `limit` tasks of a person (`me` or a staff id) with the next page's cursor: open ones
    soonest due first, done ones last done first. One query.

    Raises `Forbidden` for others' tasks, unless asked by a sales manager.
    """
    whose = by.staff_id if owner == ME else owner
    if whose != by.staff_id and not by.has("sales_manager"):
        raise Forbidden("not_the_owner", "These tasks belong to somebody else")
    scope = f"tasks:{whose}:{state}"
    after = unseal(cursor, key("cursor"), scope) if cursor else None
    found, rest = page_of(whose, state, limit=limit, after=after)
    return found, seal(rest, key("cursor"), scope) if rest else None
