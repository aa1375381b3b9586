"""Operations on forms, rules and keys."""

from datetime import UTC, datetime
from typing import Final

from tests.builders import a_lead
from tests.calls import http, queue_event, request
from tests.forms import sample_form, store_form
from tests.operations.operation import Operation, Payload
from tests.staffing import employed
from tests.unit.sales.scoring.cases import activate, rules

from .setting import MAYA, ROOT, seeded


def _save_form() -> Payload:
    seeded()
    form = sample_form("contact", title="Write to us").model_dump(mode="json")
    path, route = "/v1/forms/contact", "/v1/forms/{form_id}"
    return request("PUT", path, body={"version": 1, "form": form}, staff=MAYA, route=route)


def _save_scoring() -> Payload:
    seeded()
    body = {"version": 1, "rules": rules().model_dump(mode="json")}
    return request("POST", "/v1/scoring/rule-sets", body=body, staff=MAYA)


def _start_dry_run() -> Payload:
    seeded()
    key = {"idempotency-key": "key-1"}
    path = "/v1/scoring/dry-runs"
    return request("POST", path, body={"version": 1}, headers=key, staff=MAYA)


def _save_assignment() -> Payload:
    seeded()
    given = {"rules": [{"id": "everybody", "team": "sales", "strategy": "round_robin"}]}
    body = {"version": 1, "rules": given}
    return request("PUT", "/v1/assignment-rules", body=body, staff=MAYA)


def _roll_back_form() -> Payload:
    seeded()
    store_form("contact", after=1, title="Write to us")
    path, route = "/v1/forms/contact/rollback", "/v1/forms/{form_id}/rollback"
    return request("POST", path, body={"to_version": 1, "version": 2}, staff=MAYA, route=route)


def _rotate_key() -> Payload:
    seeded()
    employed(*ROOT)
    path, route = "/v1/write-keys/page/rotate", "/v1/write-keys/{key_id}/rotate"
    return request("POST", path, body={"version": 1}, staff=ROOT, route=route)


def _activate_scoring() -> Payload:
    seeded()
    activate(after=1)
    route = "/v1/scoring/rule-sets/{version}/activate"
    return request("POST", "/v1/scoring/rule-sets/1/activate", staff=MAYA, route=route)


def _dry_run() -> Payload:
    seeded()
    # A month of its own: a page costs what is in it.
    a_lead(1, form_job_title="Manager", created=datetime(2025, 4, 2, tzinfo=UTC))
    started = http("scoring_rules", "POST", "/v1/scoring/dry-runs", body={"version": 1}, staff=MAYA)
    page = {"dry_run_id": started.json["dry_run_id"], "month": "2025-04", "week": 0}
    return queue_event([page])


CONFIGURATION: Final = (
    Operation("save a form", "form_admin", _save_form, (412,)),
    Operation("draft scoring rules", "scoring_rules", _save_scoring, (412,)),
    Operation("start a dry run", "scoring_rules", _start_dry_run),
    Operation("save assignment rules", "assignment_rules", _save_assignment, (412,)),
    Operation("roll back a form", "form_admin", _roll_back_form, (412,)),
    Operation("rotate a write key", "write_key_admin", _rotate_key, (412,)),
    Operation("activate scoring rules", "scoring_rules", _activate_scoring),
    Operation("score a page by other rules", "scoring_dry_run", _dry_run),
)
