"""`GET /v1/hand-offs`: what waits for whom; `GET /v1/hand-offs/report`: what became of them;
`GET /v1/work`: all that a person has to do, tasks included."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.sales.hand_offs.counters import report
from shared.sales.hand_offs.listing import list_hand_offs
from shared.sales.leads.listing import in_short
from shared.sales.work.listing import check_may_see, work_of

from .schemas import HandOffPage, ListQuery, Report, ReportQuery, WorkQuery, WorkView

http = Http()


@http.get("/v1/hand-offs")
def listed(request: Request) -> Response[Any]:
    """Soonest due first."""
    by = signed_in(request, "rep", "sales_manager")
    query = request.parameters(ListQuery)
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
    signed_in(request, "sales_manager", "analyst", "marketer")
    query = request.parameters(ReportQuery)
    total, days = report(query.first, query.last)
    return reply(200, Report(total=total, days=days))


@http.get("/v1/work")
def to_do(request: Request) -> Response[Any]:
    """Open hand-offs and tasks of a person, with the leads they are about in short."""
    by = signed_in(request, "rep", "sales_manager", "marketer", "agent")
    query = request.parameters(WorkQuery)
    whose = query.of(by.staff_id)
    check_may_see(whose, by)
    work = work_of(whose, request.now, limit=query.limit)
    return reply(200, WorkView.of(work, in_short(work.lead_ids)))


handle = http
