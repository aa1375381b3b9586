"""Looking ahead at what would happen, and starting, pausing, resuming, cancelling."""

from typing import Any, Final, get_args

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import listed
from shared.customers.contacts.repository import in_short
from shared.kernel.errors import CrmError, Rejected
from shared.marketing.campaigns.changes import move_campaign
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import need
from shared.marketing.campaigns.states import Move
from shared.marketing.sending.preflight import preflight

from . import words
from .one import view
from .schemas import number

_SAID: Final[dict[Move, str]] = {
    "start": "It has begun",
    "pause": "It pauses: what is on its way may still arrive",
    "resume": "It goes on",
    "cancel": "It is cancelled",
}


def foretold(request: PageRequest, campaign_id: str) -> Answer:
    """What would happen if it started now: as a part of the page, or without a script as the
    whole. Nothing does."""
    one = need(campaign_id)
    if request.htmx and not request.whole:
        return request.page("preflight.html", **_foretold(request, one))
    return request.page("campaign.html", **view(request, one) | _foretold(request, one))


def moved(request: PageRequest, campaign_id: str) -> Answer:
    """Start, pause, resume or cancel it, as it was seen."""
    form = request.form
    asked: Any = form.get("move", "")
    if asked not in get_args(Move):
        raise Rejected("validation_failed", "There is no such move")
    try:
        version = number(form.get("version", ""))
        move_campaign(campaign_id, asked, version, request.by.staff_id, request.now)
    except CrmError as error:
        return request.refused("campaign.html", error, **view(request, need(campaign_id)))
    return request.redirect(f"/console/campaigns/{campaign_id}", done=_SAID[asked])


def _foretold(request: PageRequest, one: Campaign) -> dict[str, Any]:
    try:
        found = preflight(one, request.now, request.form.get("cursor") or None)
    except CrmError as error:
        return {"one": one, "ahead": None, "impossible": error.message}
    people = listed(in_short(found.sample).values(), request.now)
    return {
        "one": one,
        "ahead": found,
        "impossible": "",
        "sample": people,
        "why": words.why,
        "share": found.audience / max(found.looked_at, 1),
    }
