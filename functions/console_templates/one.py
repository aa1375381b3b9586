"""One template as people get it."""

from typing import Any, Final

from shared.console.contacts import contact_with
from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues, names
from shared.kernel.errors import CrmError
from shared.marketing.templates.changes import change_template, checked
from shared.marketing.templates.checking import doubts
from shared.marketing.templates.model import Template
from shared.marketing.templates.repository import need_in, need_template
from shared.marketing.templates.testing import MAX_RECEIVERS, send_test
from shared.platform.configuration import Version

from .schemas import WRITERS, number

_HOME: Final = "/console/templates"


def shown(request: PageRequest, template_id: str) -> Answer:
    """The template in its frame, and what is doubtful about it."""
    return request.page("template.html", **_view(request, need_in(request.found)))


def tried(request: PageRequest, template_id: str) -> Answer:
    """Mail it to oneself or colleagues, as somebody would get it; sent twice, it is one mail."""
    form, version = request.form, need_template(template_id)
    try:
        checked(version.value, request.by, request.now)
        contact = contact_with(form.get("as", ""), "as")
        to = [one for one in request.form_lists.get("to", []) if one][:MAX_RECEIVERS]
        key = form.get("key") or None
        found = send_test(version.value, contact.contact_id, to, request.by, key, request.now)
    except CrmError as error:
        return request.refused("template.html", error, **_view(request, version))
    left = sum(one.outcome == "sent" for one in found)
    failed = len(found) - left
    said = f"{left} sent" + (f", {failed} did not leave" if failed else "")
    return request.redirect(f"{_HOME}/{template_id}", done=f"Test: {said}")


def archived(request: PageRequest, template_id: str) -> Answer:
    """Put it away, or bring it back."""
    form, version = request.form, need_template(template_id)
    away = form.get("archived") == "yes"
    after = version.value.model_copy(update={"archived": away})
    try:
        known = number(form.get("version", ""))
        change_template(template_id, after, known, request.by, request.now)
    except CrmError as error:
        return request.refused("template.html", error, **_view(request, version))
    if away:
        return request.redirect(_HOME, done="Put away")
    return request.redirect(f"{_HOME}/{template_id}", done="In use again")


def _view(request: PageRequest, version: Version[Template]) -> dict[str, Any]:
    return {
        "one": version,
        "doubts": doubts(version.value),
        "kilobytes": -(-len(version.value.html.encode()) // 1024),
        "key": request.id,
        "colleagues": [
            (one.staff_id, one.name) for one in colleagues(request.now) if not one.disabled
        ],
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
    }
