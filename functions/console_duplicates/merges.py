"""Merges: all of them, those of a contact, how far one is, and undoing it."""

from datetime import datetime
from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import listed as masked
from shared.customers.contacts.model import ContactSummary
from shared.customers.merging.listing import list_merges
from shared.customers.merging.model import Merge, MergeState
from shared.customers.merging.repository import load_merge, merges_of
from shared.customers.merging.undo import undo_merge
from shared.kernel.errors import Conflict, NotFound, Rejected

from .schemas import PAGE_SIZE

_IN_WORK = (MergeState.MOVING, MergeState.RETURNING)
_UNDONE = (MergeState.RETURNING, MergeState.UNDONE)


def listed(request: PageRequest) -> Answer:
    """All merges, the latest first."""
    view: dict[str, Any] = {"next": None, "merges": [], "names": names(request.now)}
    try:
        found, view["next"] = list_merges(limit=PAGE_SIZE, cursor=request.query.get("cursor"))
    except Rejected as error:
        return request.refused("merges.html", error, **view)
    view["merges"] = [(one, *_both(one, request.now)) for one in found]
    return request.page("merges.html", **view, undone=_UNDONE)


def of_contact(request: PageRequest, contact_id: str) -> Answer:
    """Merges a contact was a part of: a part of their page."""
    found = [(one, *_both(one, request.now)) for one in merges_of(contact_id)]
    view: dict[str, Any] = {
        "contact_id": contact_id,
        "merges": found,
        "names": names(request.now),
        "undone": _UNDONE,
    }
    return request.page("merges_of.html" if request.whole else "merges_of_part.html", **view)


def shown(request: PageRequest, merge_id: str) -> Answer:
    """How far a merge is; while things are on their way, the page looks again by itself."""
    template = "merge.html" if request.whole else "merge_part.html"
    return request.page(template, **_view(request, merge_id))


def undone(request: PageRequest, merge_id: str) -> Answer:
    """Give both records back. What was merged further since is undone first."""
    try:
        undo_merge(merge_id, request.by.staff_id, request.now)
    except Conflict as error:
        view = _view(request, merge_id) | {"first": error.extra.get("merge_id")}
        return request.refused("merge.html", error, **view)
    to = f"/console/duplicates/merges/{merge_id}"
    return request.redirect(to, done="Undone: both records are there again")


def _view(request: PageRequest, merge_id: str) -> dict[str, Any]:
    merge = load_merge(merge_id)
    if merge is None:
        raise NotFound("merge_not_found", "There is no such merge")
    winner, loser = _both(merge, request.now)
    return {
        "merge": merge,
        "winner": winner,
        "loser": loser,
        "in_work": merge.state in _IN_WORK,
        "is_undone": merge.state in _UNDONE,
        "names": names(request.now),
        "first": None,
    }


def _both(merge: Merge, now: datetime) -> list[ContactSummary]:
    """The two records as they were, in the words of lists."""
    return masked([merge.winner_before, merge.loser_before], now)
