"""`GET /v1/forms`, `GET /v1/forms/{form_id}`, `PUT /v1/forms/{form_id}`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack
from shared.sales.forms.model import Form
from shared.sales.forms.repository import all_forms, form_now, roll_back_form, save_form

from .schemas import FormBody, FormList, FormVersion, Saved

http = Http()
_MAY = ("marketer", "sales_manager")


@http.get("/v1/forms")
def listed(request: Request) -> Response[Any]:
    """All forms, and the schema a form must satisfy."""
    signed_in(request, *_MAY)
    items = [FormVersion.of(one) for one in all_forms()]
    return reply(200, FormList(items=items, form_schema=Form.model_json_schema()))


@http.get("/v1/forms/{form_id}")
def shown(request: Request, form_id: str) -> Response[Any]:
    """One form as it is now."""
    signed_in(request, *_MAY)
    return reply(200, FormVersion.of(form_now(form_id)))


@http.put("/v1/forms/{form_id}")
def saved(request: Request, form_id: str) -> Response[Any]:
    """Put the next version into force; it is used everywhere within 30 seconds."""
    by = signed_in(request, *_MAY)
    given = request.json(FormBody)
    number = save_form(form_id, given.form, by=by, at=request.now, after=given.version)
    return reply(200 if given.version else 201, Saved(form_id=form_id, version=number))


@http.post("/v1/forms/{form_id}/rollback")
def rolled_back(request: Request, form_id: str) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by = signed_in(request, *_MAY)
    given = request.json(RollBack)
    number = roll_back_form(form_id, given.to_version, by=by, at=request.now, after=given.version)
    return reply(200, Saved(form_id=form_id, version=number))


handle = http
