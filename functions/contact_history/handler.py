"""`GET /v1/contacts/{contact_id}/history|summary|products|promises`: what happened with a person,
what the next colleague has to know, what they own and what they were promised. Staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.channels.repository import channels_in_force
from shared.customers.contacts.repository import customers
from shared.customers.history.listing import contact_history, own_key
from shared.customers.history.people import person
from shared.customers.history.summary import summarised
from shared.customers.products.owned import owned
from shared.customers.products.repository import bought_by
from shared.customers.promises.repository import promises_of
from shared.directory.access import signed_in, signed_in_beside
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.sales.work.open_matters import open_matters

from .schemas import HistoryPage, HistoryQuery, Products, Promises, PromiseView, SummaryView

http = Http()

AREAS = (open_matters,)
"""Who says what is open: areas that come later add theirs."""


@http.get("/v1/contacts/{contact_id}/history")
def happened(request: Request, contact_id: str) -> Response[Any]:
    """The person and what happened, newest first."""
    mine = (customers, own_key(contact_id))
    _, own = signed_in_beside(request, *ROLES, beside=mine)
    query = request.parameters(HistoryQuery)
    limit = page_size(request.query.get("limit"))
    found = contact_history(contact_id, own, query.wanted(), limit=limit, cursor=query.cursor)
    return reply(200, HistoryPage.of(found, _names(request.now), request.now))


@http.get("/v1/contacts/{contact_id}/summary")
def at_a_glance(request: Request, contact_id: str) -> Response[Any]:
    """Open matters, promises, last contacts, preferences, products, best time and place."""
    signed_in(request, *ROLES)
    found = summarised(contact_id, AREAS, request.now)
    return reply(200, SummaryView.of(found, _names(request.now), request.now))


@http.get("/v1/contacts/{contact_id}/products")
def owns(request: Request, contact_id: str) -> Response[Any]:
    """What the person owns, with the purchases it came from."""
    signed_in(request, *ROLES)
    whose, _ = person(contact_id)
    lines, complete = bought_by(whose)
    return reply(200, Products(items=owned(lines), complete=complete))


@http.get("/v1/contacts/{contact_id}/promises")
def promised(request: Request, contact_id: str) -> Response[Any]:
    """All promises, settled ones too."""
    signed_in(request, *ROLES)
    whose, _ = person(contact_id)
    found = promises_of(whose)
    return reply(200, Promises(items=[PromiseView.at(one, request.now) for one in found]))


def _names(now: datetime) -> Mapping[str, str]:
    return {one.channel_id: one.title for one in channels_in_force(now).channels}


handle = http
