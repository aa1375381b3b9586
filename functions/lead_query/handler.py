"""`GET /v1/leads`, `GET /v1/leads/{lead_id}`, `GET /v1/leads/{lead_id}/submissions`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.sales.leads.aliases import followed
from shared.sales.leads.listing import in_state, of_owner, submissions_of
from shared.sales.leads.repository import from_item
from shared.sales.leads.states import LeadState

from .schemas import LeadPage, ListQuery, SubmissionPage, SubmissionView

http = Http()


@http.get("/v1/leads")
def listed(request: Request) -> Response[Any]:
    """Newest first."""
    by = signed_in(request, *ROLES)
    query = ListQuery.model_validate(request.query)
    limit = page_size(request.query.get("limit"))
    if query.owner:
        owner = by.staff_id if query.owner == "me" else query.owner
        leads, rest = of_owner(owner, query.state, limit=limit, cursor=query.cursor)
    else:
        state = query.state or LeadState.NEW
        leads, rest = in_state(state, limit=limit, cursor=query.cursor, now=request.now)
    return reply(200, LeadPage(items=leads, next=rest))


@http.get("/v1/leads/{lead_id}")
def shown(request: Request, lead_id: str) -> Response[Any]:
    """The lead, also when asked for by an address that joined it later."""
    signed_in(request, *ROLES)
    return reply(200, from_item(followed(lead_id)))


@http.get("/v1/leads/{lead_id}/submissions")
def sent(request: Request, lead_id: str) -> Response[Any]:
    """What the lead sent, newest first."""
    signed_in(request, *ROLES)
    limit = page_size(request.query.get("limit"))
    items, rest = submissions_of(lead_id, limit=limit, cursor=request.query.get("cursor"))
    return reply(200, SubmissionPage(items=[SubmissionView.of(one) for one in items], next=rest))


handle = http
