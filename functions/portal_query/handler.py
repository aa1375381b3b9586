"""`/v1/portal/me…`: what customers see and decide of themselves. Who asks, only the token says."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.consents.repository import with_log
from shared.customers.portal.access import signed_in
from shared.customers.portal.choices import choose
from shared.customers.portal.codes import LIFETIME
from shared.customers.portal.email import ask_change, confirm_change
from shared.customers.portal.happenings import happened
from shared.customers.portal.own_data import (
    ask_erasure,
    ask_export,
    confirm_erasure,
    own_export,
)
from shared.customers.portal.profile import ProfileChange, change_profile
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply

from .schemas import (
    Asked,
    Confirmation,
    Consents,
    Erasure,
    ErasureAsked,
    Export,
    History,
    Me,
    NewChoice,
    NewEmail,
)

http = Http()
PRIVATE = {"cache-control": "no-store"}


@http.get("/v1/portal/me")
def me(request: Request) -> Response[Any]:
    """The customer's own record, as far as it is theirs to see."""
    return reply(200, Me.of(signed_in(request)), headers=PRIVATE)


@http.patch("/v1/portal/me")
def changed(request: Request) -> Response[Any]:
    """Change one's own record."""
    contact, change = signed_in(request), request.json(ProfileChange)
    saved = change_profile(contact, change, request.client_address, request.now)
    return reply(200, Me.of(saved.contact, saved.warnings), headers=PRIVATE)


@http.post("/v1/portal/me/email-changes")
def email_wanted(request: Request) -> Response[Any]:
    """Mail a code to the address one wants to sign in by."""
    contact, wanted = signed_in(request), request.json(NewEmail)
    change_id = ask_change(contact, wanted.email, request.client_address, request.now)
    return reply(202, Asked(change_id=change_id, seconds=int(LIFETIME.total_seconds())))


@http.post("/v1/portal/me/email-changes/{change_id}/confirmation")
def email_confirmed(request: Request, change_id: str) -> Response[Any]:
    """Change the address with the code; the former one is told."""
    contact, given = signed_in(request), request.json(Confirmation)
    after = confirm_change(contact, change_id, given.code, request.now)
    return reply(200, Me.of(after), headers=PRIVATE)


@http.get("/v1/portal/me/history")
def history(request: Request) -> Response[Any]:
    """What the customer did and was told, newest first."""
    contact = signed_in(request)
    limit = page_size(request.query.get("limit"))
    found, rest = happened(contact, limit=limit, cursor=request.query.get("cursor"))
    return reply(200, History.of(found, rest), headers=PRIVATE)


@http.get("/v1/portal/me/consents")
def consents(request: Request) -> Response[Any]:
    """What the customer allows, and every decision, the latest first."""
    contact = signed_in(request)
    return reply(200, Consents.of(*with_log(contact.contact_id)), headers=PRIVATE)


@http.put("/v1/portal/me/consents")
def decided(request: Request) -> Response[Any]:
    """Allow a channel for a purpose, or take it back, at once."""
    contact, given = signed_in(request), request.json(NewChoice)
    choose(
        contact.contact_id,
        given.purpose,
        given.channel,
        granted=given.granted,
        network=request.client_address,
        key=request.headers.get("idempotency-key"),
        now=request.now,
    )
    return reply(200, Consents.of(*with_log(contact.contact_id)), headers=PRIVATE)


@http.post("/v1/portal/me/export")
def export_wanted(request: Request) -> Response[Any]:
    """Have all that is kept of the customer written down; with an `Idempotency-Key` once."""
    contact = signed_in(request)
    found = ask_export(contact, request.headers.get("idempotency-key"), request.now)
    location = {**PRIVATE, "location": f"/v1/portal/me/export/{found.request_id}"}
    return reply(202, Export.of(found, request.now), headers=location)


@http.get("/v1/portal/me/export/{request_id}")
def export_shown(request: Request, request_id: str) -> Response[Any]:
    """How far it is, and where to fetch it for some minutes."""
    found = own_export(signed_in(request), request_id)
    return reply(200, Export.of(found, request.now), headers=PRIVATE)


@http.post("/v1/portal/me/erasure")
def erasure_wanted(request: Request) -> Response[Any]:
    """Mail a code to the customer's own address. Nothing is erased yet."""
    contact = signed_in(request)
    erasure_id = ask_erasure(contact, request.client_address, request.now)
    return reply(202, ErasureAsked(erasure_id=erasure_id, seconds=int(LIFETIME.total_seconds())))


@http.post("/v1/portal/me/erasure/{erasure_id}/confirmation")
def erasure_confirmed(request: Request, erasure_id: str) -> Response[Any]:
    """Erase everything, with the code."""
    contact, given = signed_in(request), request.json(Confirmation)
    begun = confirm_erasure(contact, erasure_id, given.code, request.now)
    return reply(202, Erasure(request_id=begun.request_id, state=begun.state), headers=PRIVATE)


handle = http
