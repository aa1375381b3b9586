"""`POST /v1/interactions`: staff tell what they had to do with people;
`POST /v1/partner/interactions`: call centres, shops and other systems do, by a secret write key;
`PATCH /v1/contacts/{contact_id}/promises/{promise_id}`: staff settle what was promised."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.interactions.capture import Caller, capture_interactions
from shared.customers.promises.changes import settle
from shared.customers.promises.model import PromiseChange
from shared.customers.write_keys.repository import write_key_of
from shared.directory.access import signed_in
from shared.kernel.errors import Forbidden, Rejected
from shared.platform.entry.http import Http, Request, reply

from .schemas import Result, Results, asked, of_one

http = Http()
_MAY = ("rep", "sales_manager", "marketer", "agent", "supervisor")


@http.post("/v1/interactions")
def told(request: Request) -> Response[Any]:
    """One (201, or 200 when it was told before) or up to 100 (200), each counted once."""
    by = signed_in(request, *_MAY)
    return _captured(request, Caller("staff", by.staff_id))


@http.post("/v1/partner/interactions")
def reported(request: Request) -> Response[Any]:
    """The same, by a system: its ids are apart from everybody else's."""
    key = write_key_of(request.headers.get("x-write-key"), request.now)
    if key.kind == "public":
        raise Forbidden("key_is_public", "A key that pages show may not report this")
    return _captured(request, Caller("key", key.key_id))


@http.patch("/v1/contacts/{contact_id}/promises/{promise_id}")
def settled(request: Request, contact_id: str, promise_id: str) -> Response[Any]:
    """The promise as it is after."""
    by = signed_in(request, *_MAY)
    change = request.json(PromiseChange)
    return reply(200, settle(contact_id, promise_id, change, by, request.now))


def _captured(request: Request, caller: Caller) -> Response[Any]:
    interactions, single = asked(request)
    try:
        taken = capture_interactions(interactions, caller, request.now)
    except Rejected as error:
        raise of_one(error) if single else error from None
    if single:
        return reply(201 if taken[0].state == "recorded" else 200, Result.of(taken[0]))
    return reply(200, Results.of(taken))


handle = http
