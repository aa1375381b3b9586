"""Making tasks, changing them, and having them done."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from shared.directory.repository import staff_member
from shared.kernel.calendars import local_instant, zone_of
from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Forbidden, NotFound, Rejected, Stale
from shared.kernel.ids import is_id, new_id
from shared.platform.auth import Staff
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.requests import Check, Condition
from shared.platform.writes import ConditionFailed
from shared.sales.events import SalesEvent, TaskCompleted, TaskCreated
from shared.sales.leads.aliases import MAX_HOPS
from shared.sales.leads.repository import lead_key

from .model import NewTask, Task, TaskChange, TaskState
from .repository import from_item, load_task, sales, save_op, task_id_of

_TASK, _LEAD = range(2)
_KEPT_AS_GIVEN: Final = ("title", "kind", "note")

_LEAD_THERE: Final = Condition(
    "lead_there",
    "attribute_exists(#state)",
    "a task is about a lead that there is; an address that joined another one leads on",
)


def create_task(
    lead_id: str,
    new: NewTask,
    by: Staff,
    now: datetime,
    *,
    key: str | None = None,
    body: bytes = b"",
) -> Task:
    """Store a task of a lead, with `TaskCreated`. With an `Idempotency-Key` the same request
    (`body`) again gives the same task, as it is then.

    Raises `NotFound`, `Forbidden` for somebody else's task unless they manage sales, and
    `Rejected` for an owner who is not there or a key used for another body.
    """
    owner = new.owner_id or by.staff_id
    zone = _zone_of(owner, by)
    own_id = record_id("task", f"{by.staff_id}\0{lead_id}", key, now)
    made = request_hash(body) if key else None
    for _ in range(MAX_HOPS):
        if not is_id("lead", lead_id):
            break
        task = Task(
            task_id=task_id_of(lead_id, own_id),
            lead_id=lead_id,
            title=new.title,
            kind=new.kind,
            owner_id=owner,
            zone=zone,
            note=new.note or None,
            created_at=iso(now),
            created_by=by.staff_id,
            **_due(new.due_on, new.due_at, zone),
        )
        try:
            sales.write(
                save_op(task, _created(task, now), after=0, request_hash=made),
                Check(lead_key(lead_id), _LEAD_THERE),
            )
            return task
        except ConditionFailed as refused:
            if known := refused.found(_TASK):
                same_request(known, body)
                return from_item(known)
            lead_id = str((refused.found(_LEAD) or {}).get("redirect_to", ""))
    raise NotFound("lead_not_found", "There is no such lead")


def change_task(task_id: str, change: TaskChange, by: Staff, now: datetime) -> Task:
    """Change what is given of a task; done for the first time, it carries `TaskCompleted`.

    A new owner's zone is the task's from then on. Without a change nothing is written. Raises
    `NotFound`, `Forbidden` (somebody else's task), `Stale` and `Rejected`.
    """
    found = load_task(task_id)
    if found is None:
        raise NotFound("task_not_found", "There is no such task")
    task, made = found
    if task.owner_id != by.staff_id and not by.has("sales_manager"):
        raise Forbidden("not_the_owner", "This task belongs to somebody else")
    if task.version != change.version:
        raise Stale("version_stale", version=task.version)
    changes = _changes(task, change, by, now)
    after = task.model_copy(update=changes)
    if after == task:
        return task
    after = after.model_copy(update={"version": task.version + 1})
    events = [_completed(after, now)] if _got_done(task, after) else []
    try:
        sales.write(save_op(after, *events, after=task.version, request_hash=made))
    except ConditionFailed as refused:
        item = refused.found(_TASK)
        if not item:
            raise NotFound("task_not_found", "There is no such task") from refused
        raise Stale("version_stale", version=item["version"]) from refused
    return after


def _changes(task: Task, change: TaskChange, by: Staff, now: datetime) -> dict[str, Any]:
    given = change.model_fields_set
    changes: dict[str, Any] = {
        name: getattr(change, name) or None for name in _KEPT_AS_GIVEN if name in given
    }
    for name in ("title", "kind"):
        if name in changes and changes[name] is None:
            raise _unacceptable(name, "missing", "A task has one")
    zone = task.zone
    if change.owner_id and change.owner_id != task.owner_id:
        zone = _zone_of(change.owner_id, by)
        changes |= {"owner_id": change.owner_id, "zone": zone}
    if {"due_on", "due_at"} & given:
        changes |= _due(change.due_on, change.due_at, zone)
    elif task.due_on and zone != task.zone:
        changes |= _due(date.fromisoformat(task.due_on), None, zone)
    if change.state and change.state is not task.state:
        done = change.state is TaskState.DONE
        changes |= {
            "state": change.state,
            "completed_at": iso(now) if done else None,
            "completed_by": by.staff_id if done else None,
        }
    return changes


def _due(day: date | None, at: datetime | None, zone: str) -> dict[str, str | None]:
    """When a task is due: a day is over where the owner's wall clock shows the next one."""
    if day:
        end = local_instant(day + timedelta(days=1), 0, zone_of(zone))
        return {"due_on": day.isoformat(), "due_at": iso(end)}
    return {"due_on": None, "due_at": iso(at) if at else None}


def _zone_of(owner_id: str, by: Staff) -> str:
    if owner_id != by.staff_id and not by.has("sales_manager"):
        raise Forbidden("not_the_owner", "Tasks of others are given by sales managers")
    person = staff_member(owner_id)
    if person is None:
        raise _unacceptable("owner_id", "staff_not_found", "There is no such person")
    if person.disabled:
        raise _unacceptable("owner_id", "staff_disabled", "This person does not work here now")
    return person.working_hours.zone


def _got_done(before: Task, after: Task) -> bool:
    return before.state is not TaskState.DONE and after.state is TaskState.DONE


def _created(task: Task, now: datetime) -> SalesEvent:
    return TaskCreated(
        event_id=new_id("event", now),
        occurred_at=now,
        lead_id=task.lead_id,
        task_id=task.task_id,
        owner_id=task.owner_id,
        task_kind=task.kind.value,
        due_at=task.due_at,
    )


def _completed(task: Task, now: datetime) -> SalesEvent:
    return TaskCompleted(
        event_id=new_id("event", now),
        occurred_at=now,
        lead_id=task.lead_id,
        task_id=task.task_id,
        owner_id=task.owner_id,
        completed_by=task.completed_by or task.owner_id,
        version=task.version,
    )


def _unacceptable(field: str, code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])
