"""`/v1/privacy/requests`: exports and erasures of what is kept of a person; administrators only.

`POST|GET /v1/privacy/requests`, `GET /v1/privacy/requests/{request_id}`, `…/certificate`;
`GET|POST /v1/contacts/{contact_id}/holds`, `DELETE …/holds/{hold_id}`: what must be kept by law.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers import personal_data as customers
from shared.customers.privacy.holding import NewHold, holds_of, lift_hold, place_hold
from shared.customers.privacy.reading import certificate_of, list_requests, request_in_full
from shared.customers.privacy.registry import holdable
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.marketing import personal_data as marketing
from shared.platform.auth import ADMIN
from shared.platform.entry.http import Http, Request, reply
from shared.sales import personal_data as sales
from shared.support import personal_data as support

from .schemas import HoldList, HoldView, NewRequest, RequestDetail, RequestPage, RequestView

http = Http()

STORES = (*customers.STORES, *marketing.STORES, *sales.STORES, *support.STORES)

ONCE = {"cache-control": "no-store"}
"""The address of an export opens to whoever has it."""


@http.post("/v1/privacy/requests")
def asked(request: Request) -> Response[Any]:
    """202: the work begins. With an `Idempotency-Key` the same request again is the same one."""
    by = signed_in(request, ADMIN).staff_id
    new = request.json(NewRequest)
    key = request.headers.get("idempotency-key")
    found = new.ask(by, request.now, key=key, body=request.body)
    location = {"location": f"/v1/privacy/requests/{found.request_id}"}
    return reply(202, RequestView.of(found), headers=location)


@http.get("/v1/privacy/requests")
def listed(request: Request) -> Response[Any]:
    """`?contact_id=&limit=&cursor=`: newest first."""
    signed_in(request, ADMIN)
    found, rest = list_requests(
        request.query.get("contact_id"),
        limit=page_size(request.query.get("limit")),
        cursor=request.query.get("cursor"),
    )
    return reply(200, RequestPage(items=[RequestView.of(one) for one in found], next=rest))


@http.get("/v1/privacy/requests/{request_id}")
def shown(request: Request, request_id: str) -> Response[Any]:
    """How far it is, store by store; of an export that is done, where to fetch it."""
    signed_in(request, ADMIN)
    return reply(200, RequestDetail.of(request_in_full(request_id, request.now)), headers=ONCE)


@http.get("/v1/privacy/requests/{request_id}/certificate")
def certified(request: Request, request_id: str) -> Response[Any]:
    """The certificate of an erasure that is done, with its signature."""
    signed_in(request, ADMIN)
    return reply(200, certificate_of(request_id))


@http.get("/v1/contacts/{contact_id}/holds")
def held(request: Request, contact_id: str) -> Response[Any]:
    """The legal holds of a contact, ended ones included."""
    signed_in(request, ADMIN)
    return reply(200, HoldList.of(holds_of(contact_id), holdable(STORES)))


@http.post("/v1/contacts/{contact_id}/holds")
def placed(request: Request, contact_id: str) -> Response[Any]:
    """201 with the hold; with an `Idempotency-Key` the same request again gives the same one."""
    by = signed_in(request, ADMIN).staff_id
    new = request.json(NewHold)
    key = request.headers.get("idempotency-key")
    hold = place_hold(
        contact_id, new, holdable(STORES), by, request.now, key=key, body=request.body
    )
    return reply(201, HoldView.of(hold))


@http.delete("/v1/contacts/{contact_id}/holds/{hold_id}")
def let_go(request: Request, contact_id: str, hold_id: str) -> Response[Any]:
    """The hold is gone."""
    signed_in(request, ADMIN)
    lift_hold(contact_id, hold_id)
    return reply(204)


handle = http
