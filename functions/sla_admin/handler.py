"""Deadlines and queues of tickets as versioned data: `GET|POST /v1/sla-policies`, `GET
/v1/sla-policies/{version}`, `POST /v1/sla-policies/{version}/activate`, `POST
/v1/sla-policies/rollback`, `POST /v1/sla-policies/dry-runs`, `GET|PUT /v1/ticket-queues`, `POST /v1/ticket-queues/rollback`,
and the same of `/v1/canned-replies` and `/v1/macros`: staff read, supervisors change."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.errors import NotFound
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack
from shared.support.canned.model import NAME as CANNED
from shared.support.canned.stored import (
    put_macros,
    put_replies,
    roll_back_macros,
    roll_back_replies,
    stored_macros,
    stored_replies,
)
from shared.support.escalation.dry_run import dry_run
from shared.support.queues import changes as queues
from shared.support.sla import changes as policies

from .schemas import (
    DryRunAnswer,
    MacrosAnswer,
    NewDryRun,
    NewMacros,
    NewPolicies,
    NewQueues,
    NewReplies,
    PoliciesAnswer,
    PoliciesPage,
    PoliciesShort,
    QueuesAnswer,
    RepliesAnswer,
)

http = Http()


@http.get("/v1/sla-policies")
def listed(request: Request) -> Response[Any]:
    """`?limit=&cursor=`: the versions there are, newest first."""
    signed_in(request, *ROLES)
    query = request.query
    found, rest = policies.page_of(page_size(query.get("limit")), query.get("cursor"))
    return reply(200, PoliciesPage(items=[PoliciesShort.of(one) for one in found], next=rest))


@http.post("/v1/sla-policies")
def saved(request: Request) -> Response[Any]:
    """201 with the new version, in force or not yet."""
    by, new = signed_in(request, "supervisor").staff_id, request.json(NewPolicies)
    one = policies.save(
        new.policies, after=new.version, by=by, now=request.now, activate=new.activate
    )
    location = {"location": f"/v1/sla-policies/{one.number}"}
    return reply(201, PoliciesAnswer.of(one), headers=location)


@http.get("/v1/sla-policies/{version}")
def shown(request: Request, version: str) -> Response[Any]:
    """One version with its policies."""
    signed_in(request, *ROLES)
    return reply(200, PoliciesAnswer.of(policies.version_of(_number(version))))


@http.post("/v1/sla-policies/{version}/activate")
def activated(request: Request, version: str) -> Response[Any]:
    """Puts a version in force for tickets opened from now on."""
    by = signed_in(request, "supervisor").staff_id
    one = policies.activate(_number(version), by=by, now=request.now)
    return reply(200, PoliciesAnswer.of(one))


@http.post("/v1/sla-policies/rollback")
def rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by, given = signed_in(request, "supervisor").staff_id, request.json(RollBack)
    one = policies.roll_back(given.to_version, after=given.version, by=by, now=request.now)
    return reply(200, PoliciesAnswer.of(one))


@http.post("/v1/sla-policies/dry-runs")
def tried_out(request: Request) -> Response[Any]:
    """What policies would do to the tickets there are; nothing of it is done."""
    signed_in(request, "supervisor")
    asked = request.json(NewDryRun)
    if asked.policies:
        policies.check(asked.policies, request.now)
    found = dry_run(asked.policies, asked.queue, request.now)
    return reply(200, DryRunAnswer.model_validate(asdict(found)))


@http.get("/v1/ticket-queues")
def queues_shown(request: Request) -> Response[Any]:
    """The queues in force."""
    by = signed_in(request, *ROLES)
    return reply(200, QueuesAnswer.of(queues.in_force(), secrets=by.has("supervisor")))


@http.put("/v1/ticket-queues")
def queues_replaced(request: Request) -> Response[Any]:
    """Queues as a whole, with the `version` they replace."""
    by, new = signed_in(request, "supervisor").staff_id, request.json(NewQueues)
    one = queues.put(new.rules, after=new.version, by=by, now=request.now)
    return reply(200, QueuesAnswer.of(one, secrets=True))


@http.post("/v1/ticket-queues/rollback")
def queues_rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by, given = signed_in(request, "supervisor").staff_id, request.json(RollBack)
    one = queues.roll_back(given.to_version, after=given.version, by=by, now=request.now)
    return reply(200, QueuesAnswer.of(one, secrets=True))


@http.get("/v1/canned-replies")
def replies_shown(request: Request) -> Response[Any]:
    """The canned replies in force, as they are written."""
    signed_in(request, *ROLES)
    return reply(200, RepliesAnswer.of(stored_replies.in_force(CANNED)))


@http.put("/v1/canned-replies")
def replies_replaced(request: Request) -> Response[Any]:
    """Canned replies as a whole, with the `version` they replace."""
    by, new = signed_in(request, "supervisor").staff_id, request.json(NewReplies)
    one = put_replies(new.canned_replies, after=new.version, by=by, now=request.now)
    return reply(200, RepliesAnswer.of(one))


@http.post("/v1/canned-replies/rollback")
def replies_rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by, given = signed_in(request, "supervisor").staff_id, request.json(RollBack)
    one = roll_back_replies(given.to_version, after=given.version, by=by, now=request.now)
    return reply(200, RepliesAnswer.of(one))


@http.get("/v1/macros")
def macros_shown(request: Request) -> Response[Any]:
    """The macros in force."""
    signed_in(request, *ROLES)
    return reply(200, MacrosAnswer.of(stored_macros.in_force(CANNED)))


@http.put("/v1/macros")
def macros_replaced(request: Request) -> Response[Any]:
    """Macros as a whole, with the `version` they replace."""
    by, new = signed_in(request, "supervisor").staff_id, request.json(NewMacros)
    one = put_macros(new.macros, after=new.version, by=by, now=request.now)
    return reply(200, MacrosAnswer.of(one))


@http.post("/v1/macros/rollback")
def macros_rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by, given = signed_in(request, "supervisor").staff_id, request.json(RollBack)
    one = roll_back_macros(given.to_version, after=given.version, by=by, now=request.now)
    return reply(200, MacrosAnswer.of(one))


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 6):
        raise NotFound("sla_policies_not_found", "There is no such version")
    return int(text)


handle = http
