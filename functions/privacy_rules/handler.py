"""`/v1/access-rules`, `/v1/retention` (`GET`, `PUT`, `POST …/rollback`): which fields of contacts
are sensitive, and how long things are kept. `GET /v1/contacts/{contact_id}/accesses`: who saw
sensitive fields of a contact. Administrators only."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.access import repository as access
from shared.customers.access.listing import looks_at
from shared.customers.access.model import AccessRules
from shared.customers.retention import repository as retention
from shared.customers.retention.model import RetentionRules
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ADMIN
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import AccessVersion, LookPage, NewAccess, NewRetention, RetentionVersion

http = Http()


@http.get("/v1/access-rules")
def access_shown(request: Request) -> Response[Any]:
    """The rules in force; version 0 where nobody has set any."""
    signed_in(request, ADMIN)
    return reply(200, AccessVersion.of(access.stored_rules.in_force(access.NAME)))


@http.put("/v1/access-rules")
def access_saved(request: Request) -> Response[Any]:
    """The rules as a whole, with the `version` they replace (0: the first ones)."""
    by = signed_in(request, ADMIN).staff_id
    new = request.json(NewAccess)
    rules = AccessRules(fields=new.fields)
    access.stored_rules.save(
        access.NAME, rules, by=by, at=request.now, after=new.version, activate=True
    )
    return access_shown(request)


@http.post("/v1/access-rules/rollback")
def access_rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(RollBack)
    access.bring_back(given.to_version, after=given.version, by=by, now=request.now)
    return access_shown(request)


@http.get("/v1/retention")
def retention_shown(request: Request) -> Response[Any]:
    """The rules in force; version 0 and what holds by default where nobody has set any."""
    signed_in(request, ADMIN)
    return reply(200, RetentionVersion.of(retention.stored_rules.in_force(retention.NAME)))


@http.put("/v1/retention")
def retention_saved(request: Request) -> Response[Any]:
    """The rules as a whole, with the `version` they replace (0: the first ones)."""
    by = signed_in(request, ADMIN).staff_id
    new = request.json(NewRetention)
    rules = RetentionRules(**new.model_dump(exclude={"version"}))
    retention.stored_rules.save(
        retention.NAME, rules, by=by, at=request.now, after=new.version, activate=True
    )
    return retention_shown(request)


@http.post("/v1/retention/rollback")
def retention_rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(RollBack)
    retention.bring_back(given.to_version, after=given.version, by=by, now=request.now)
    return retention_shown(request)


@http.get("/v1/contacts/{contact_id}/accesses")
def looked_at(request: Request, contact_id: str) -> Response[Any]:
    """`?limit=&cursor=`: who saw sensitive fields of the contact, the latest first."""
    signed_in(request, ADMIN)
    limit = page_size(request.query.get("limit"))
    found, rest = looks_at(contact_id, limit=limit, cursor=request.query.get("cursor"))
    return reply(200, LookPage(items=found, next=rest))


handle = http
