"""`POST` and `GET /v1/leads/{lead_id}/tasks`, `GET /v1/tasks`, `PATCH /v1/tasks/{task_id}`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.sales.tasks.changes import change_task, create_task
from shared.sales.tasks.listing import list_tasks, tasks_of_lead
from shared.sales.tasks.model import NewTask, TaskChange

from .schemas import ListQuery, TaskPage, TaskView

http = Http()
_MAY = ("rep", "sales_manager", "marketer", "agent")


@http.post("/v1/leads/{lead_id}/tasks")
def created(request: Request, lead_id: str) -> Response[Any]:
    """201 with the task; with an `Idempotency-Key` the same request again gives the same one."""
    by = signed_in(request, *_MAY)
    key = request.headers.get("idempotency-key")
    new = request.json(NewTask)
    task = create_task(lead_id, new, by, request.now, key=key, body=request.body)
    view = TaskView.at(task, request.now)
    return reply(201, view, headers={"location": f"/v1/tasks/{task.task_id}"})


@http.get("/v1/leads/{lead_id}/tasks")
def of_lead(request: Request, lead_id: str) -> Response[Any]:
    """Open ones soonest due first, then those done."""
    signed_in(request, *_MAY)
    return reply(200, TaskPage.at(tasks_of_lead(lead_id), request.now))


@http.get("/v1/tasks")
def of_person(request: Request) -> Response[Any]:
    """Soonest due first, or last done first."""
    by = signed_in(request, *_MAY)
    query = request.parameters(ListQuery)
    limit = page_size(request.query.get("limit"))
    found, rest = list_tasks(
        by, owner=query.owner, state=query.state, limit=limit, cursor=query.cursor
    )
    return reply(200, TaskPage.at(found, request.now, rest))


@http.patch("/v1/tasks/{task_id}")
def changed(request: Request, task_id: str) -> Response[Any]:
    """The task as it is after the change."""
    by = signed_in(request, *_MAY)
    task = change_task(task_id, request.json(TaskChange), by, request.now)
    return reply(200, TaskView.at(task, request.now))


handle = http
