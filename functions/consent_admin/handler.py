"""`GET`, `POST /v1/contacts/{contact_id}/consents`: what a person allows, as staff write it down.

`POST /v1/suppressions`, `…/check`, `…/lift`: addresses that must not be written to. Addresses are
in bodies, never in the path or query, which others log.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.consents.changes import decide
from shared.customers.consents.reading import consents_of
from shared.customers.suppression.changes import lift, suppress
from shared.customers.suppression.repository import suppressed
from shared.directory.access import signed_in
from shared.platform.auth import ADMIN, ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.platform.idempotency import record_id, request_hash

from .schemas import (
    ConsentList,
    DecisionView,
    NewDecision,
    NewSuppression,
    Standing,
    SuppressionCheck,
    SuppressionLift,
)

http = Http()

_MAY = ("rep", "sales_manager", "marketer", "agent", "supervisor")


@http.get("/v1/contacts/{contact_id}/consents")
def listed(request: Request, contact_id: str) -> Response[Any]:
    """What stands, and every decision, the latest first."""
    signed_in(request, *ROLES)
    return reply(200, ConsentList.of(consents_of(contact_id)))


@http.post("/v1/contacts/{contact_id}/consents")
def decided(request: Request, contact_id: str) -> Response[Any]:
    """201 with the decision; with an `Idempotency-Key` the same request again gives the same."""
    by = signed_in(request, *_MAY).staff_id
    new = request.json(NewDecision)
    known = consents_of(contact_id)
    key = request.headers.get("idempotency-key")
    entry_id = record_id("consent", f"{by}:{known.contact_id}", key, request.now)
    hashed = request_hash(request.body) if key else None
    consent = new.consent(by, request.now)
    decision = decide(known.contact_id, consent, entry_id, request.now, request_hash=hashed)
    return reply(201, DecisionView.of(decision))


@http.post("/v1/suppressions")
def added(request: Request) -> Response[Any]:
    """The address is not written to from now on."""
    signed_in(request, *_MAY)
    new = request.json(NewSuppression)
    suppress([new.address()], new.purpose, new.reason, request.now)
    return reply(204)


@http.post("/v1/suppressions/check")
def checked(request: Request) -> Response[Any]:
    """Whether an address may be written to for a purpose, and if not, why."""
    signed_in(request, *_MAY)
    asked = request.json(SuppressionCheck)
    return reply(200, Standing.of(suppressed(*asked.address(), asked.purpose)))


@http.post("/v1/suppressions/lift")
def lifted(request: Request) -> Response[Any]:
    """The address may be written to again, because the person asked for it."""
    by = signed_in(request, ADMIN)
    asked = request.json(SuppressionLift)
    lift(asked.address(), asked.purpose, by.staff_id)
    return reply(204)


handle = http
