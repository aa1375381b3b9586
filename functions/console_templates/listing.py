"""All templates by name."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.marketing.templates.repository import stored_templates

from .schemas import WRITERS


def listed(request: PageRequest) -> Answer:
    """All of them; `?archived=true`: those put away."""
    archived = request.query.get("archived") == "true"
    found = [one for one in stored_templates.all_active() if one.value.archived == archived]
    return request.page(
        "templates.html",
        found=sorted(found, key=lambda one: (one.value.name.casefold(), one.name)),
        archived=archived,
        names=names(request.now),
        may_edit=request.by.has(*WRITERS),
    )
