"""The editor of a template, with its preview beside it."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import sees
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, Stale
from shared.marketing.templates.changes import change_template, create_template
from shared.marketing.templates.merge_fields import OF_CONTACTS, OURS
from shared.marketing.templates.repository import need_in, need_template

from .schemas import BEGUN, Draft, number, placed

_HOME: Final = "/console/templates"


def begun(request: PageRequest) -> Answer:
    """The editor of a template there is not yet, which begins with a mail that could be sent."""
    return _editor(request, "", Draft(html=BEGUN), version=0)


def edited(request: PageRequest, template_id: str) -> Answer:
    """The editor of a template."""
    version = need_in(request.found)
    return _editor(request, template_id, Draft.of(version.value), version=version.number)


def made(request: PageRequest) -> Answer:
    """Make a template; sent twice, it is one."""
    draft = Draft.posted(request.form)
    try:
        key = request.form.get("key") or None
        one = create_template(draft.template(), request.by, key, request.now)
    except CrmError as error:
        return _editor(request, "", draft, version=0, error=error)
    return request.redirect(f"{_HOME}/{one.name}", done="Made")


def saved(request: PageRequest, template_id: str) -> Answer:
    """Put what was typed in the place of the version it began with."""
    draft, version = Draft.posted(request.form), number(request.form.get("version", ""))
    try:
        template = draft.template()
        change_template(template_id, template, version, request.by, request.now)
    except Stale as stale:
        theirs = need_template(template_id)
        differ = differences(theirs.value.model_dump(), template.model_dump())
        view = {"version": theirs.number, "differ": differ, "error": stale}
        return _editor(request, template_id, draft, **view)
    except CrmError as error:
        return _editor(request, template_id, draft, version=version, error=error)
    done = "Saved. Campaigns that have begun go on with what they had"
    return request.redirect(f"{_HOME}/{template_id}", done=done)


def _editor(request: PageRequest, template_id: str, draft: Draft, **view: Any) -> Answer:
    error: CrmError | None = view.pop("error", None)
    custom = fields_of("contact", request.now).fields
    own = [f"custom.{one.name}" for one in custom if sees(one, request.by)]
    sections = [("Of the person", OF_CONTACTS), ("Your own fields", own), ("Ours", OURS)]
    posted = request.method == "POST"
    context = {
        "template_id": template_id,
        "draft": draft,
        "key": (request.form.get("key") if posted else "") or request.id,
        "who": request.form.get("who", "") if posted else "",
        "sections": [(title, names) for title, names in sections if names],
        "errors": placed(error.fields) if error else {},
        "problem": error.message if error else "",
        "differ": None,
        **view,
    }
    answer = request.page("edit.html", error.status if error else 200, **context)
    if posted:
        answer.headers["hx-push-url"] = "false"
    return answer
