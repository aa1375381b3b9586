"""`GET|PUT /v1/assignment-rules`: who gets which leads, as versioned data."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack
from shared.sales.assignment.changes import put_rules, roll_back_rules, rules_in_force
from shared.sales.assignment.rules import AssignmentRules

from .schemas import NewRules, RulesVersion

http = Http()


@http.get("/v1/assignment-rules")
def shown(request: Request) -> Response[Any]:
    """The rules in force."""
    signed_in(request, "rep", "sales_manager", "analyst")
    return reply(200, _in_force())


@http.put("/v1/assignment-rules")
def replaced(request: Request) -> Response[Any]:
    """Rules as a whole, with the `version` they replace (0: the first ones)."""
    by = signed_in(request, "sales_manager")
    new = request.json(NewRules)
    put_rules(new.rules, after=new.version, by=by.staff_id, now=request.now)
    return reply(200, _in_force())


@http.post("/v1/assignment-rules/rollback")
def rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    by = signed_in(request, "sales_manager")
    given = request.json(RollBack)
    roll_back_rules(given.to_version, after=given.version, by=by.staff_id, now=request.now)
    return reply(200, _in_force())


def _in_force() -> RulesVersion:
    found = rules_in_force()
    if found is None:
        return RulesVersion(version=0, rules=AssignmentRules(rules=[]))
    return RulesVersion(
        version=found.number,
        rules=found.value,
        saved_by=found.saved_by,
        saved_at=found.saved_at,
        active_since=found.active_since,
    )


handle = http
