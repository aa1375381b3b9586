"""`GET /v1/hand-offs`: what waits for whom; `GET /v1/hand-offs/report`: what became of them."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.sales.hand_offs.counters import report
from shared.sales.hand_offs.listing import list_hand_offs

from .schemas import HandOffPage, ListQuery, Report, ReportQuery

http = Http()


@http.get("/v1/hand-offs")
def listed(request: Request) -> Response[Any]:
    """Soonest due first."""
    by = signed_in(request, "rep", "sales_manager")
    query = ListQuery.model_validate(request.query)
    found, rest = list_hand_offs(
        by,
        owner=query.owner,
        state=query.state,
        limit=page_size(request.query.get("limit")),
        cursor=query.cursor,
    )
    return reply(200, HandOffPage(items=found, next=rest))


@http.get("/v1/hand-offs/report")
def reported(request: Request) -> Response[Any]:
    """Offered, accepted, rejected, missed, and the rate of acceptance."""
    signed_in(request, "sales_manager", "analyst")
    query = ReportQuery.model_validate(request.query)
    total, days = report(query.first, query.last)
    return reply(200, Report(total=total, days=days))


handle = http
