"""Scoring rules as versioned data.

`GET|POST /v1/scoring/rule-sets`, `GET /v1/scoring/rule-sets/{version}`,
`POST /v1/scoring/rule-sets/{version}/activate`, `POST /v1/scoring/dry-runs`,
`GET /v1/scoring/dry-runs/{dry_run_id}`: sales managers and marketers write, analysts and reps
read too.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory.access import signed_in
from shared.kernel.errors import FieldError, NotFound, Rejected
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack
from shared.sales.scoring.dry_runs import dry_run, start_dry_run
from shared.sales.scoring.rule_sets import (
    activate_rule_set,
    roll_back_rule_set,
    rule_set,
    rule_sets,
    save_rule_set,
)

from .schemas import NewDryRun, NewRuleSet, RuleSetAnswer, RuleSetPage, RuleSetSummary

WRITERS = ("sales_manager", "marketer")
READERS = (*WRITERS, "analyst", "rep")

http = Http()


@http.get("/v1/scoring/rule-sets")
def listed(request: Request) -> Response[Any]:
    """`?limit=&cursor=`: the versions there are, newest first."""
    signed_in(request, *READERS)
    query = request.query
    found, rest = rule_sets(page_size(query.get("limit")), query.get("cursor"))
    return reply(200, RuleSetPage(items=[RuleSetSummary.of(one) for one in found], next=rest))


@http.post("/v1/scoring/rule-sets")
def saved(request: Request) -> Response[Any]:
    """201 with the new version, which is not in force yet."""
    staff = signed_in(request, *WRITERS)
    draft = request.json(NewRuleSet)
    number = save_rule_set(draft.rules, by=staff.staff_id, at=request.now, after=draft.version)
    location = f"/v1/scoring/rule-sets/{number}"
    return reply(201, RuleSetAnswer.of(rule_set(number)), headers={"location": location})


@http.get("/v1/scoring/rule-sets/{version}")
def shown(request: Request, version: str) -> Response[Any]:
    """One version with its rules."""
    signed_in(request, *READERS)
    return reply(200, RuleSetAnswer.of(rule_set(_number(version))))


@http.post("/v1/scoring/rule-sets/{version}/activate")
def activated(request: Request, version: str) -> Response[Any]:
    """Puts a version in force; everything scored from half a minute on goes by it."""
    staff = signed_in(request, *WRITERS)
    activate_rule_set(_number(version), by=staff.staff_id, at=request.now)
    return reply(200, RuleSetAnswer.of(rule_set(_number(version))))


@http.post("/v1/scoring/rule-sets/rollback")
def rolled_back(request: Request) -> Response[Any]:
    """What an older version said is in force again, as a new version."""
    staff = signed_in(request, *WRITERS)
    given = request.json(RollBack)
    number = roll_back_rule_set(
        given.to_version, after=given.version, by=staff.staff_id, at=request.now
    )
    return reply(200, RuleSetAnswer.of(rule_set(number)))


@http.post("/v1/scoring/dry-runs")
def tried_out(request: Request) -> Response[Any]:
    """202: ask for the result at the address in `location`."""
    staff = signed_in(request, *WRITERS)
    wanted = request.json(NewDryRun)
    if (wanted.rules is None) == (wanted.version is None):
        wrong = FieldError("rules", "one_of_two", "Give either rules or a version")
        raise Rejected("validation_failed", fields=[wrong])
    run = start_dry_run(
        by=staff.staff_id,
        now=request.now,
        body=request.body,
        idempotency_key=request.headers.get("idempotency-key"),
        rules=wanted.rules,
        version=wanted.version,
    )
    return reply(202, run, headers={"location": f"/v1/scoring/dry-runs/{run.dry_run_id}"})


@http.get("/v1/scoring/dry-runs/{dry_run_id}")
def result(request: Request, dry_run_id: str) -> Response[Any]:
    """How far it has come and what it found so far."""
    signed_in(request, *READERS)
    return reply(200, dry_run(dry_run_id))


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < len(text) <= 6):
        raise NotFound("scoring_rules_not_found", "There is no such version")
    return int(text)


handle = http
