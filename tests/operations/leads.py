"""Operations on leads: their score, their owner, and what people do with them."""

import json
from collections.abc import Callable
from typing import Any, Final

from shared.sales.events import LeadAssigned
from shared.sales.hand_offs.repository import hand_off_key
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, captured, lead_id
from tests.calls import bus_event, invoke, queue_event, request
from tests.cloud import everything
from tests.forms import store_form
from tests.operations.operation import Operation, Payload
from tests.pump import carried
from tests.staffing import hire, person, ready, sales_team
from tests.unit.sales.scoring.cases import activate, email_open, page_view, store

from .setting import ASHA, MAYA, VISITOR, a_day_later, handed_over, reading, seeded, transition


def _score() -> Payload:
    seeded()
    a_lead(1, form_job_title="Manager")
    invoke("visitor_link", queue_event([bus_event(captured(1, visitor_id=VISITOR))]))
    facts = store(*(page_view(n) for n in range(7)), email_open(1))
    return queue_event([bus_event(fact) for fact in [captured(1), *facts]])


def _assign() -> Payload:
    seeded()
    for number in (1, 2, 3):
        a_lead(number, score="100.00")
    return queue_event([bus_event(ready(number)) for number in (1, 2, 3)], group="leads")


def _time_out() -> Payload:
    seeded()
    handed_over()
    a_day_later()
    return queue_event([{**hand_off_key(lead_id(1), 1, 1), "due": "…"}])


def _move(to: LeadState, **more: Any) -> Callable[[], Payload]:
    def arrange() -> Payload:
        seeded()
        handed_over()
        return transition(to, **more)

    return arrange


def _create() -> Payload:
    seeded()
    return request(
        "POST",
        "/v1/leads",
        body={"facts": {"email": "typed@example.com", "last_name": "Typed"}},
        headers={"idempotency-key": "key-1"},
        staff=ASHA,
    )


def _change_facts() -> Payload:
    seeded()
    handed_over()
    body = {"version": 2, "facts": {"job_title": "Engineer", "email": "new@example.com"}}
    path, route = f"/v1/leads/{lead_id(1)}", "/v1/leads/{lead_id}"
    return request("PATCH", path, body=body, staff=ASHA, route=route)


def _assign_many(**how: Any) -> Callable[[], Payload]:
    """Maya gives two leads away, a new one and one that was turned down."""

    def arrange() -> Payload:
        seeded()
        a_lead(1)
        a_lead(2, state=LeadState.RECYCLED)
        body = {"lead_ids": [lead_id(1), lead_id(2)], **how}
        return request("POST", "/v1/leads/assignments", body=body, staff=MAYA)

    return arrange


VIEW: Final = {"name": "Hot", "query": {"min_score": "50", "sort": "-score"}}


def _add_view() -> Payload:
    seeded()
    return request("POST", "/v1/views", body=VIEW, staff=ASHA)


def _change_view(method: str) -> Callable[[], Payload]:
    """Asha renames a view, or gives it up."""

    def arrange() -> Payload:
        view_id = json.loads(invoke("saved_views", _add_view())["body"])["view_id"]
        body = {**VIEW, "name": "Hottest", "version": 1} if method == "PUT" else None
        path, route = f"/v1/views/{view_id}", "/v1/views/{view_id}"
        query = {"version": "1"} if method == "DELETE" else None
        return request(method, path, body=body, query=query, staff=ASHA, route=route)

    return arrange


def _create_task() -> Payload:
    seeded()
    a_lead(1)
    body = {"title": "Call back", "kind": "call", "due_on": "2025-06-02"}
    return request(
        "POST",
        f"/v1/leads/{lead_id(1)}/tasks",
        body=body,
        headers={"idempotency-key": "key-1"},
        staff=ASHA,
        route="/v1/leads/{lead_id}/tasks",
    )


def _complete_task() -> Payload:
    task_id = json.loads(invoke("lead_tasks", _create_task())["body"])["task_id"]
    path, route = f"/v1/tasks/{task_id}", "/v1/tasks/{task_id}"
    return request("PATCH", path, body={"version": 1, "state": "done"}, staff=ASHA, route=route)


def _notice() -> Payload:
    seeded()
    handed_over()
    facts = [one.detail for one in carried() if one.type == "LeadAssigned"]
    return queue_event([bus_event(LeadAssigned.model_validate(facts[-1]))])


def _one_claim() -> None:
    """The owner's mail has one record, whatever became of the mail."""
    claims = [item for item in everything() if item["pk"].startswith("NOTICE#")]
    assert len(claims) == 1


def _look_again() -> Payload:
    """Nobody could take the lead; now bikash is there."""
    store_form("contact")
    activate()
    sales_team()
    handed_over()
    hire(person("bikash"))
    a_day_later()
    return queue_event([{**hand_off_key(lead_id(1), 1, 1), "due": "…"}])


LEADS: Final = (
    Operation("score a batch up to the hand-off", "scoring_update", _score),
    Operation("assign ready leads", "lead_assign", _assign),
    Operation("pass a missed hand-off on", "hand_off_timeout", _time_out),
    Operation("accept a hand-off", "lead_update", _move(LeadState.WORKING), (412,)),
    Operation(
        "reject a hand-off", "lead_update", _move(LeadState.RECYCLED, reason="no budget"), (412,)
    ),
    Operation(
        "disqualify a lead", "lead_update", _move(LeadState.DISQUALIFIED, reason="spam"), (412,)
    ),
    Operation("create a lead by hand", "lead_create", _create),
    Operation("change a lead's facts", "lead_update", _change_facts, (412,)),
    Operation("assign leads to a person", "lead_assign_many", _assign_many(owner_id="asha")),
    Operation("assign leads by the rules", "lead_assign_many", _assign_many(by_rules=True)),
    Operation("save a view", "saved_views", _add_view),
    Operation("rename a view", "saved_views", _change_view("PUT"), (404,)),
    Operation("remove a view", "saved_views", _change_view("DELETE")),
    Operation("create a task", "lead_tasks", _create_task),
    Operation("complete a task", "lead_tasks", _complete_task, (412,)),
    Operation("tell the owner", "hand_off_notice", _notice, afterwards=_one_claim),
    Operation("look again who can take a lead", "hand_off_timeout", _look_again),
    Operation("show a lead", "lead_query", reading("/v1/leads/{lead_id}")),
    Operation("show what happened to a lead", "lead_query", reading("/v1/leads/{lead_id}/history")),
    Operation("list leads", "lead_query", reading("/v1/leads", state="assigned")),
    Operation("explain a score", "score_query", reading("/v1/leads/{lead_id}/score")),
    Operation("list hand-offs", "hand_off_query", reading("/v1/hand-offs", owner="asha")),
    Operation("list what is to be done", "hand_off_query", reading("/v1/work", owner="asha")),
    Operation("show a form", "form_query", reading("/forms/contact", "/forms/{form_id}")),
)
