"""`GET /v1/quarantine`, `POST /v1/quarantine/{submission_id}/release`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.sales.forms.review import quarantined, release

from .schemas import Quarantined, QuarantinePage

http = Http()


@http.get("/v1/quarantine")
def listed(request: Request) -> Response[Any]:
    """Newest first, released ones included."""
    signed_in(request, "marketer", "sales_manager")
    limit = page_size(request.query.get("limit"))
    items, rest = quarantined(limit=limit, cursor=request.query.get("cursor"))
    return reply(200, QuarantinePage(items=[Quarantined.of(one) for one in items], next=rest))


@http.post("/v1/quarantine/{submission_id}/release")
def released(request: Request, submission_id: str) -> Response[Any]:
    """The submission, now a lead's."""
    by = signed_in(request, "marketer", "sales_manager")
    return reply(200, Quarantined.of(release(submission_id, by, request.now)))


handle = http
