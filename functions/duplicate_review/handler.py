"""`GET /v1/duplicates`, `POST /v1/duplicates/{duplicate_id}/dismissal`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.duplicates.review import dismiss, open_pairs, open_pairs_of
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply

from .schemas import PairPage

http = Http()
_MAY = ("rep", "sales_manager", "marketer", "agent", "supervisor")


@http.get("/v1/duplicates")
def listed(request: Request) -> Response[Any]:
    """The likeliest first; those of one contact with `contact_id`."""
    signed_in(request, *_MAY)
    if contact_id := request.query.get("contact_id"):
        return reply(200, PairPage.of(open_pairs_of(contact_id), request.now))
    limit = page_size(request.query.get("limit"))
    found, rest = open_pairs(limit=limit, cursor=request.query.get("cursor"))
    return reply(200, PairPage.of(found, request.now, rest))


@http.post("/v1/duplicates/{duplicate_id}/dismissal")
def dismissed(request: Request, duplicate_id: str) -> Response[Any]:
    """The pair: two people, as far as is known."""
    by = signed_in(request, *_MAY)
    pair = dismiss(duplicate_id, by.staff_id, request.now)
    return reply(200, PairPage.of([pair], request.now).items[0])


handle = http
