"""`GET` and `POST /v1/views`, `PUT` and `DELETE /v1/views/{view_id}`: staff, their own views."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.sales.views.model import ViewInput
from shared.sales.views.views import add_view, change_view, remove_view, views_of

from .schemas import Removal, ViewList

http = Http()


@http.get("/v1/views")
def listed(request: Request) -> Response[Any]:
    """All of the caller's views in their order."""
    by = signed_in(request, *ROLES)
    return reply(200, ViewList(items=views_of(by.staff_id)))


@http.post("/v1/views")
def added(request: Request) -> Response[Any]:
    """201 with the view; the same again is the same view."""
    by = signed_in(request, *ROLES)
    view = add_view(by.staff_id, request.json(ViewInput))
    return reply(201, view, headers={"location": f"/v1/views/{view.view_id}"})


@http.put("/v1/views/{view_id}")
def changed(request: Request, view_id: str) -> Response[Any]:
    """The view as it is now, under another id if it was renamed."""
    by = signed_in(request, *ROLES)
    return reply(200, change_view(by.staff_id, view_id, request.json(ViewInput)))


@http.delete("/v1/views/{view_id}")
def removed(request: Request, view_id: str) -> Response[Any]:
    """204; `?version=` as it was seen."""
    by = signed_in(request, *ROLES)
    remove_view(by.staff_id, view_id, request.parameters(Removal).version)
    return reply(204)


handle = http
