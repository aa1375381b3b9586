"""`GET /v1/contacts/{contact_id}/merge-preview`, `POST /v1/contacts/{contact_id}/merge`,
`GET /v1/contacts/{contact_id}/merges`, `POST /v1/merges/{merge_id}/undo`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.access.showing import show
from shared.customers.merging.merge import merge_contacts
from shared.customers.merging.preview import preview
from shared.customers.merging.repository import merges_of
from shared.customers.merging.undo import undo_merge
from shared.directory.access import signed_in
from shared.platform.entry.http import Http, Request, reply

from .schemas import Merged, MergeList, MergeQuery, MergeRequest, MergeView

http = Http()
_MAY = ("sales_manager", "supervisor")


@http.get("/v1/contacts/{contact_id}/merge-preview")
def previewed(request: Request, contact_id: str) -> Response[Any]:
    """Field by field, what moves, and what the person would allow."""
    by = signed_in(request, *_MAY)
    loser = request.parameters(MergeQuery).loser
    return reply(200, preview(contact_id, loser, by, request.now))


@http.post("/v1/contacts/{contact_id}/merge")
def merged(request: Request, contact_id: str) -> Response[Any]:
    """The merge and the contact that counts; what belonged to the other follows in a moment."""
    by = signed_in(request, *_MAY)
    asked = request.json(MergeRequest).into(contact_id)
    merge = merge_contacts(asked, by.staff_id, request.now)
    contact = show(merge.winner_after, by, request.now, via="api")
    return reply(200, Merged(merge=MergeView.of(merge), contact=contact))


@http.get("/v1/contacts/{contact_id}/merges")
def listed(request: Request, contact_id: str) -> Response[Any]:
    """The latest first, undone ones included."""
    signed_in(request, *_MAY)
    return reply(200, MergeList.of(merges_of(contact_id)))


@http.post("/v1/merges/{merge_id}/undo")
def undone(request: Request, merge_id: str) -> Response[Any]:
    """The merge, undone; both contacts are there again."""
    by = signed_in(request, *_MAY)
    return reply(200, MergeView.of(undo_merge(merge_id, by.staff_id, request.now)))


handle = http
