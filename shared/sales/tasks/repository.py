"""Where tasks are kept (table `sales`).

| entity | pk | sk |
|---|---|---|
| task, carrying its `TaskCreated` or `TaskCompleted` | `LEAD#<lead_id>` | `TASK#<task_…>` |

| question | key | asked by |
|---|---|---|
| one task: its id says whose it is | table | lead_tasks |
| tasks of a lead | table, `TASK#` | lead_tasks |
| tasks of a person by state, soonest due first, or last done first | `work_by_owner` (`work.keys`) | lead_tasks |

A task's id is `<lead_id>.<task_…>`, so one read finds it.
"""

from typing import Final

from shared.kernel.ids import is_id
from shared.platform.requests import Condition, Item, Key, Put
from shared.platform.tables import Table
from shared.sales.events import SalesEvent
from shared.sales.leads.repository import lead_key
from shared.sales.tables import SALES
from shared.sales.work.keys import OPEN, OPEN_AT_ONCE, open_key, partition

from .model import Task, TaskState

TASK: Final = "TASK#"
MAX_PER_LEAD: Final = 500
"""So many of a lead's tasks are listed, the latest made first."""

_DONE: Final = f"{TASK}{TaskState.DONE}#"
_POSITION: Final = ("pk", "sk", "work_pk", "work_sk")
_RENAMED: Final = {"kind": "task_kind", "completed_at": "closed_at", "completed_by": "closed_by"}
"""Attributes shared with other items of the table, by the model's names."""

sales = Table(SALES)


def task_id_of(lead_id: str, own_id: str) -> str:
    """The id of the task `own_id` of a lead."""
    return f"{lead_id}.{own_id}"


def task_key(task_id: str) -> Key | None:
    """The key of a task; `None` for what cannot be an id of one."""
    lead_id, _, own_id = task_id.partition(".")
    if not (is_id("lead", lead_id) and is_id("task", own_id)):
        return None
    return {**lead_key(lead_id), "sk": f"{TASK}{own_id}"}


def load_task(task_id: str) -> tuple[Task, str | None] | None:
    """The task and its request's hash, if it was made with a key. One strong read."""
    key = task_key(task_id)
    item = sales.get(key) if key else None
    return (from_item(item), item.get("request_hash")) if item else None


def save_op(task: Task, *events: SalesEvent, after: int, request_hash: str | None = None) -> Put:
    """Store a task as the successor of its version `after` (0: it is new)."""
    unchanged = Condition(
        "task_unchanged" if after else "task_new",
        "#version = :task_version" if after else "attribute_not_exists(#pk)",
        "two people changing a task at once must not overwrite each other"
        if after
        else "a request sent again with its key makes one task",
        {"task_version": after} if after else {},
    )
    made = {"request_hash": request_hash} if request_hash else {}
    return Put(_attributes(task) | made, unchanged, events)


def of_lead(lead_id: str) -> list[Task]:
    """The tasks of a lead, the latest made first. One query."""
    page = sales.query(
        lead_key(lead_id)["pk"], begins=TASK, limit=MAX_PER_LEAD, forward=False, consistent=True
    )
    return [from_item(item) for item in page.items]


def page_of(
    owner: str, state: TaskState, *, limit: int, after: dict[str, str] | None
) -> tuple[list[Task], dict[str, str] | None]:
    """Tasks of a person and where the list continues: open ones soonest due first, done ones
    last done first. One query: open ones are picked out of their `OPEN_AT_ONCE` next things."""
    mixed = state is TaskState.OPEN
    page = sales.query(
        partition(owner),
        index="work_by_owner",
        begins=OPEN if mixed else _DONE,
        limit=OPEN_AT_ONCE if mixed else limit + 1,
        forward=mixed,
        after=after,
    )
    found = [item for item in page.items if item["sk"].startswith(TASK)]
    # The last one shown; or, where hand-offs alone filled the reading, the last one read.
    last = found[limit - 1] if len(found) > limit else page.after
    rest = {name: str(last[name]) for name in _POSITION} if last else None
    return [from_item(item) for item in found[:limit]], rest


def from_item(item: Item) -> Task:
    """The task an item stands for, or its projection: what its keys tell is not in that."""
    lead_id = item["pk"].removeprefix("LEAD#")
    known = {
        "lead_id": lead_id,
        "task_id": task_id_of(lead_id, item["sk"].removeprefix(TASK)),
        "owner_id": item["work_pk"].removeprefix(partition("")),
    }
    renamed = {name: item.get(stored) for name, stored in _RENAMED.items()}
    return Task.model_validate(item | renamed | known)


def _attributes(task: Task) -> Item:
    key = task_key(task.task_id)
    assert key is not None
    given = task.model_dump(mode="json", exclude={"task_id", "owner_id"}, exclude_none=True)
    stored = {_RENAMED.get(name, name): value for name, value in given.items()}
    done = task.state is TaskState.DONE
    return {
        **key,
        **stored,
        "kind": "task",
        "work_pk": partition(task.owner_id),
        "work_sk": f"{_DONE}{task.completed_at}#{task.task_id}"
        if done
        else open_key(task.due_at, task.task_id),
    }
