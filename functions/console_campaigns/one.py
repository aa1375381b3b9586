"""One campaign: what for, to whom, what, and how far it is."""

import json
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.lists.repository import customers, list_key
from shared.marketing.campaigns.model import Campaign, State
from shared.marketing.campaigns.repository import need_in, progress_of
from shared.marketing.segments.repository import head_of as segment_at
from shared.marketing.templates.repository import head_of as template_at
from shared.platform.requests import Item, Key
from shared.platform.tables import Table, get_across

from .schemas import WRITERS
from .words import STATES

_RUNNING: Final = frozenset({State.ACTIVE})


def shown(request: PageRequest, campaign_id: str) -> Answer:
    """The campaign; of a planned one, what would happen comes as a part of its own."""
    return request.page("campaign.html", **view(request, need_in(request.found)))


def progress(request: PageRequest, campaign_id: str) -> Answer:
    """The part that renews itself while it is being sent; `?short=yes`: in a list."""
    one = need_in(request.found)
    context: dict[str, Any] = {"one": one, "progress": progress_of(one), "states": STATES}
    if request.query.get("short") == "yes":
        return request.page("progress_short.html", **context)
    answer = request.page("progress.html", **context)
    if one.state not in _RUNNING and request.query.get("was") == State.ACTIVE:
        # What may be done with it is another thing now: the page around it is drawn anew.
        answer.headers["hx-refresh"] = "true"
    return answer


def view(request: PageRequest, one: Campaign) -> dict[str, Any]:
    """What the page needs: two reads."""
    return {
        "one": one,
        "progress": progress_of(one) if one.state is not State.PLANNED else None,
        "states": STATES,
        "names": names(request.now),
        "may_edit": request.by.has(*WRITERS),
        **_about(one),
    }


def _about(one: Campaign) -> dict[str, Any]:
    """What its audience and its templates are called."""
    to = one.audience
    ids = [way.template_id for way in one.ways if way.template_id]
    places: list[tuple[Table, Key]] = [
        segment_at(to.segment_id) if to.segment_id else (customers, list_key(str(to.list_id)))
    ]
    audience, *templates = get_across(*places, *map(template_at, ids))
    called = {template_id: _called(item) for template_id, item in zip(ids, templates, strict=True)}
    return {"audience": _called(audience), "templates": called}


def _called(item: Item | None) -> str:
    """The name of a list, or of what is kept as configuration."""
    if item is None:
        return ""
    return str(json.loads(item["body"])["name"] if "body" in item else item.get("name", ""))
