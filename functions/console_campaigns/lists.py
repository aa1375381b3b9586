"""A campaign's list of letters and calls as files: asked for, written, downloaded."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.errors import CrmError
from shared.marketing.address_lists.repository import files_in
from shared.marketing.address_lists.writing import addresses_of, request_list
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import need, need_in

from .schemas import WRITERS


def shown(request: PageRequest, campaign_id: str) -> Answer:
    """All files that somebody asked for; whoever asked downloads them."""
    return request.page("files.html", **_view(request, need_in(request.found)))


def wanted(request: PageRequest, campaign_id: str) -> Answer:
    """Have the list written as far as it goes now. Sent twice, it is one."""
    key = request.form.get("key") or None
    try:
        request_list(campaign_id, request.by.staff_id, b"", key, request.now)
    except CrmError as error:
        return request.refused("files.html", error, **_view(request, need(campaign_id)))
    at = f"/console/campaigns/{campaign_id}/files"
    return request.redirect(at, done="It is being written")


def _view(request: PageRequest, one: Campaign) -> dict[str, Any]:
    me = request.by.staff_id
    files = files_in(one.campaign_id)
    return {
        "one": one,
        "files": [(file, addresses_of(file, me) if file.by == me else []) for file in files],
        "waiting": any(file.finished_at is None for file in files),
        "mine": me,
        "names": names(request.now),
        "key": request.id,
        "may_edit": request.by.has(*WRITERS),
    }
