"""Everything about one lead in one answer, and what happened to it in order."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from shared.customers.visitors.repository import link_first
from shared.kernel.clock import iso
from shared.platform.requests import Put
from shared.sales.leads.identity import lead_id_for
from shared.sales.leads.repository import lead_key, sales
from shared.sales.scoring.ledger import Award, Entry
from shared.sales.scoring.repository import entry_op
from shared.sales.timeline import history
from tests.aws_calls import Make, asked
from tests.builders import a_lead, captured, lead_id
from tests.calls import Answer, bus_event, http, invoke, queue_event, request
from tests.conftest import FakeClock
from tests.forms import ANN, post, store_form
from tests.staffing import MANAGER, ready, sales_team
from tests.unit.sales.scoring.cases import activate, deliver, page_view, rules, store

pytestmark = pytest.mark.usefixtures("tables")

ASHA = ("asha", ["rep"])


def shown(one: str, **query: str) -> Any:
    """The history of a lead."""
    answer = http("lead_query", "GET", f"/v1/leads/{one}/history", staff=ASHA, query=query)
    assert answer.status == 200, answer.text
    return answer.json


def move(one: str, to: str, **more: Any) -> Answer:
    """Asha moves a lead as it is."""
    version = shown(one)["lead"]["version"]
    body = {"to": to, "version": version, **more}
    return http("lead_update", "POST", f"/v1/leads/{one}/transitions", body=body, staff=ASHA)


def told(entries: list[dict[str, Any]]) -> list[str]:
    """The entries in a word or two each."""
    named = {"hand_off": "step", "task": "step", "state": "to_state", "points": "points"}
    return [f"{one['kind']} {one.get(named.get(one['kind'], ''), '')}".strip() for one in entries]


def test_all_that_happened_to_a_lead_comes_newest_first(clock: FakeClock) -> None:
    sales_team(asha=1)
    store_form("contact")
    activate()
    start = clock()
    one = post(body={**ANN, "utm_source": "fb"}).json["lead_id"]
    link_first("visitor-0001", one, iso(start), start - timedelta(days=1))
    clock.tick(minutes=1)
    deliver(captured(lead_id=one), *store(page_view(1, clock())))
    clock.tick(minutes=1)
    invoke("lead_assign", queue_event([bus_event(ready().model_copy(update={"lead_id": one}))]))
    clock.tick(minutes=1)
    assert move(one, "working").status == 200
    clock.tick(minutes=1)
    path, version = f"/v1/leads/{one}", shown(one)["lead"]["version"]
    body = {"version": version, "facts": {"company": "Himal Bank", "first_name": "Anna"}}
    http("lead_update", "PATCH", path, body=body, staff=ASHA)
    clock.tick(minutes=1)
    task = http("lead_tasks", "POST", f"{path}/tasks", body={"title": "Call"}, staff=ASHA).json
    clock.tick(minutes=1)
    done = {"version": 1, "state": "done"}
    http("lead_tasks", "PATCH", f"/v1/tasks/{task['task_id']}", body=done, staff=MANAGER)
    clock.tick(minutes=1)
    assert move(one, "recycled", reason="no budget").status == 200

    found = shown(one)

    assert told(found["entries"]) == [
        "cycle",
        "state recycled",
        "task completed",
        "task created",
        "facts",
        "hand_off accepted",
        "state working",
        "hand_off offered",
        "points 10.00",
        "submission",
    ]
    cycle, state, completed, _, facts, accepted, _, offered, points, sent = found["entries"]
    assert (cycle["cycle"], state["by"], state["reason"]) == (2, "asha", "no budget")
    assert (completed["by"], completed["task"]["title"]) == ("maya", "Call")
    assert facts["facts"] == {
        "company": {"before": None, "after": "Himal Bank"},
        "first_name": {"before": "Ann", "after": "Anna"},
    }
    assert (accepted["by"], offered["owner_id"], offered["by"]) == ("asha", "asha", None)
    assert points["rules"][0]["label"] != points["rules"][0]["rule"]
    assert sent["touch"]["utm_source"] == "fb"
    assert found["lead"]["state"] == "recycled"
    assert [one["state"] for one in found["tasks"]] == ["done"]
    assert (found["waiting"], found["complete"], found["next"]) == (None, True, None)
    score = http("score_query", "GET", f"{path}/score", staff=ASHA).json
    assert found["score"] == score


def test_a_history_pages_without_gap_or_repetition(clock: FakeClock) -> None:
    one = a_lead(1)
    for number in range(7):
        if number % 3:
            clock.tick(seconds=1)
        http(
            "lead_tasks",
            "POST",
            f"/v1/leads/{one}/tasks",
            body={"title": str(number)},
            staff=ASHA,
        )
    whole = [entry["entry_id"] for entry in shown(one)["entries"]]

    for limit in (1, 3, 7):
        found: list[str] = []
        query = {"limit": str(limit)}
        while True:
            page = shown(one, **query)
            found += [entry["entry_id"] for entry in page["entries"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert found == whole

    a_lead(2)
    path = f"/v1/leads/{lead_id(2)}/history"
    cursor = shown(one, limit="1")["next"]
    foreign = http("lead_query", "GET", path, staff=ASHA, query={"cursor": cursor})
    assert foreign.code == "cursor_invalid"


def test_a_history_takes_two_queries_beside_the_check_of_the_person() -> None:
    sales_team(asha=1)
    activate()
    one = a_lead(1, score="100.00")
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="g"))
    shown(one)
    calls: list[str] = []

    def noted(_: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        calls.append(f"{operation} {parameters['TableName']}")
        return make(operation, parameters)

    with asked(noted):
        invoke("lead_query", request("GET", f"/v1/leads/{one}/history", staff=ASHA))

    assert calls == ["GetItem crm-test-directory", *["Query crm-test-sales"] * 2]


def test_a_lead_that_did_very_much_loses_only_its_oldest_points(
    monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr(history, "ENTRIES_READ", 20)
    one = a_lead(1)
    http("lead_tasks", "POST", f"/v1/leads/{one}/tasks", body={"title": "Call"}, staff=ASHA)
    rule = rules().behaviour[0]
    for number in range(30):
        at = iso(clock() + timedelta(minutes=number))
        award = (Award(rule.id, rule.points),)
        sales.write(entry_op(one, Entry("award", f"e{number}", at, at, 1, 1, award)))
    assert move(one, "disqualified", reason="spam").status == 200

    found = shown(one, limit="100")

    assert found["complete"] is False
    assert told(found["entries"]).count(f"points {rule.points}.00") == 19
    assert {"state disqualified", "task created"} <= set(told(found["entries"]))


def test_before_there_are_scoring_rules_a_history_is_shown_all_the_same() -> None:
    found = shown(a_lead(1))

    assert (found["score"]["threshold"], found["entries"], found["tasks"]) == (None, [], [])


def test_who_waits_for_an_answer_and_who_wanted_it_so_is_told(clock: FakeClock) -> None:
    sales_team(asha=1)
    one = a_lead(1)
    body = {"to": "assigned", "version": 1, "owner_id": "asha"}
    http("lead_update", "POST", f"/v1/leads/{one}/transitions", body=body, staff=MANAGER)

    found = shown(one)

    assert found["waiting"]["owner_id"] == "asha"
    assert found["waiting"]["due_at"] > iso(clock())
    assert [entry["by"] for entry in found["entries"]] == ["maya"]


def test_the_history_of_an_address_that_joined_a_lead_is_that_leads() -> None:
    one = a_lead(1)
    phone = lead_id_for(None, "+9779812345678")
    sales.write(Put({**lead_key(phone), "redirect_to": one}))

    assert shown(phone)["lead"]["lead_id"] == one
    for unknown in (lead_id(9), "x"):
        answer = http("lead_query", "GET", f"/v1/leads/{unknown}/history", staff=ASHA)
        assert (answer.status, answer.code) == (404, "lead_not_found")
