"""Every version of a template, what each changed, and bringing one back."""

from itertools import pairwise
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError
from shared.marketing.templates.changes import roll_back_template
from shared.marketing.templates.repository import stored_templates

from .schemas import WRITERS, number

SHOWN: Final = 10


def listed(request: PageRequest, template_id: str) -> Answer:
    """A page of them, newest first."""
    return request.page("versions.html", **_view(request, template_id))


def rolled_back(request: PageRequest, template_id: str) -> Answer:
    """What an older version said holds again, as a new version."""
    form = request.form
    to, known = number(form.get("to", "")), number(form.get("version", ""))
    try:
        roll_back_template(template_id, to, known, request.by, request.now)
    except CrmError as error:
        return request.refused("versions.html", error, **_view(request, template_id))
    done = f"Version {to} holds again, as version {known + 1}"
    return request.redirect(f"/console/templates/{template_id}", done=done)


def _view(request: PageRequest, template_id: str) -> dict[str, Any]:
    query = request.query
    before, newest = query.get("cursor"), query.get("newest")
    found, _ = stored_templates.history_page(
        template_id, limit=SHOWN + 1, before=number(before) if before else None
    )
    changes = {
        later.number: differences(earlier.value.model_dump(), later.value.model_dump())
        for later, earlier in pairwise(found)
    }
    shown = found[:SHOWN]
    return {
        "template_id": template_id,
        "found": shown,
        "newest": (number(newest) if newest else None) if before else found[0].number,
        "changes": changes,
        "next": shown[-1].number if len(found) > SHOWN else None,
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
    }
