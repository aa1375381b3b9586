"""Templates: `GET|POST /v1/templates`, `POST /v1/templates/preview`, `GET|PUT
/v1/templates/{template_id}`, `POST /v1/templates/{template_id}/preview`, `POST
/v1/templates/{template_id}/rollback`, `POST /v1/templates/{template_id}/tests`: staff read,
marketers write."""

from dataclasses import asdict
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.marketing.templates.changes import (
    change_template,
    checked,
    create_template,
    roll_back_template,
)
from shared.marketing.templates.checking import doubts
from shared.marketing.templates.model import Template
from shared.marketing.templates.previewing import preview
from shared.marketing.templates.repository import need_template, stored_templates
from shared.marketing.templates.testing import send_test
from shared.platform.auth import ROLES, Staff
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import (
    Draft,
    For,
    Preview,
    TemplateChange,
    TemplateInput,
    TemplateList,
    TemplateSummary,
    TemplateView,
    TestOf,
    Tests,
    TestView,
    Warned,
)

WRITERS: Final = ("marketer",)

http = Http()


@http.get("/v1/templates")
def listed(request: Request) -> Response[Any]:
    """All by name; `?archived=true`: those put away."""
    signed_in(request, *ROLES)
    archived = request.query.get("archived") == "true"
    found = [one for one in stored_templates.all_active() if one.value.archived == archived]
    by_name = sorted(found, key=lambda one: (one.value.name.casefold(), one.name))
    return reply(200, TemplateList(items=[TemplateSummary.of(one) for one in by_name]))


@http.post("/v1/templates")
def created(request: Request) -> Response[Any]:
    """201; the same again with its key is the same template."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    one = create_template(request.json(TemplateInput).template(), by, key, request.now)
    location = {"location": f"/v1/templates/{one.name}"}
    return reply(201, TemplateView.of(one), headers=location)


@http.post("/v1/templates/preview")
def drafted(request: Request) -> Response[Any]:
    """A template that is not stored, as a contact would get it."""
    by = signed_in(request, *WRITERS)
    draft = request.json(Draft)
    return _previewed(request, draft.template.template(), draft.contact_id, by)


@http.get("/v1/templates/{template_id}")
def shown(request: Request, template_id: str) -> Response[Any]:
    """The template, with what is doubtful about it."""
    signed_in(request, *ROLES)
    return reply(200, TemplateView.of(need_template(template_id)))


@http.put("/v1/templates/{template_id}")
def changed(request: Request, template_id: str) -> Response[Any]:
    """The template as a whole, with the `version` it replaces."""
    by = signed_in(request, *WRITERS)
    change = request.json(TemplateChange)
    one = change_template(template_id, change.template(), change.version, by, request.now)
    return reply(200, TemplateView.of(one))


@http.post("/v1/templates/{template_id}/preview")
def previewed(request: Request, template_id: str) -> Response[Any]:
    """The template as a contact would get it."""
    by = signed_in(request, *WRITERS)
    contact_id = request.json(For).contact_id
    return _previewed(request, need_template(template_id).value, contact_id, by)


@http.post("/v1/templates/{template_id}/tests")
def tried(request: Request, template_id: str) -> Response[Any]:
    """The template by mail to oneself or colleagues, as a contact would get it."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    asked = request.json(TestOf)
    template = need_template(template_id).value
    checked(template, by, request.now)
    found = send_test(template, asked.contact_id, asked.to, by, key, request.now)
    return reply(200, Tests(items=[TestView(**asdict(one)) for one in found]))


@http.post("/v1/templates/{template_id}/rollback")
def rolled_back(request: Request, template_id: str) -> Response[Any]:
    """What an older version said holds again, as a new version."""
    by = signed_in(request, *WRITERS)
    given = request.json(RollBack)
    one = roll_back_template(template_id, given.to_version, given.version, by, request.now)
    return reply(200, TemplateView.of(one))


def _previewed(request: Request, template: Template, contact_id: str, by: Staff) -> Response[Any]:
    checked(template, by, request.now)
    found = preview(template, contact_id)
    warnings = [Warned.of(one) for one in doubts(template)]
    return reply(200, Preview(**found.model_dump(), warnings=warnings))


handle = http
