"""`GET /v1/leads`, `GET /v1/leads.csv`, `GET /v1/leads/{lead_id}`,
`GET /v1/leads/{lead_id}/submissions`, `GET /v1/leads/{lead_id}/history`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.contacts.persons import known_contact
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.sales.leads.aliases import followed
from shared.sales.leads.export import as_csv
from shared.sales.leads.listing import list_leads, submissions_of
from shared.sales.leads.query import LeadQuery
from shared.sales.leads.repository import from_item
from shared.sales.timeline.history import lead_history

from .schemas import HistoryPage, LeadPage, LeadView, SubmissionPage, SubmissionView

http = Http()


@http.get("/v1/leads")
def listed(request: Request) -> Response[Any]:
    """Newest first unless asked for otherwise (see `LeadQuery`)."""
    by = signed_in(request, *ROLES)
    query = LeadQuery.asked(request.query).of(by.staff_id)
    limit = page_size(request.query.get("limit"))
    return reply(
        200, LeadPage.of(list_leads(query, limit=limit, cursor=request.query.get("cursor")))
    )


@http.get("/v1/leads.csv")
def exported(request: Request) -> Response[Any]:
    """The same list as a file, up to 5,000 rows of it; `x-truncated` says whether that is all."""
    by = signed_in(request, *ROLES)
    file = as_csv(LeadQuery.asked(request.query).of(by.staff_id))
    named = {"content-disposition": 'attachment; filename="leads.csv"'}
    cut = {"x-truncated": "true" if file.truncated else "false", "cache-control": "no-store"}
    return reply(200, file.text, headers=named | cut, media_type="text/csv; charset=utf-8")


@http.get("/v1/leads/{lead_id}")
def shown(request: Request, lead_id: str) -> Response[Any]:
    """The lead, also when asked for by an address that joined it later, and its contact."""
    signed_in(request, *ROLES)
    lead = from_item(followed(lead_id))
    return reply(200, LeadView.of(lead, known_contact(lead.lead_id)))


@http.get("/v1/leads/{lead_id}/submissions")
def sent(request: Request, lead_id: str) -> Response[Any]:
    """What the lead sent, newest first."""
    signed_in(request, *ROLES)
    limit = page_size(request.query.get("limit"))
    items, rest = submissions_of(lead_id, limit=limit, cursor=request.query.get("cursor"))
    return reply(200, SubmissionPage(items=[SubmissionView.of(one) for one in items], next=rest))


@http.get("/v1/leads/{lead_id}/history")
def happened(request: Request, lead_id: str) -> Response[Any]:
    """The lead, its score, its tasks, and what happened to it, newest first."""
    signed_in(request, *ROLES)
    limit = page_size(request.query.get("limit"))
    found = lead_history(lead_id, request.now, limit=limit, cursor=request.query.get("cursor"))
    return reply(200, HistoryPage.of(found))


handle = http
