"""The open leads of somebody who is disabled go to others, each once; and whoever becomes
available gets what waited for somebody."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from shared.sales.hand_offs.model import LOOK_AGAIN_AFTER, HandOff, HandOffState
from shared.sales.hand_offs.repository import load_case
from shared.sales.leads.repository import sales
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, http, invoke, queue_event
from tests.conftest import FakeClock
from tests.faults.invariants import check
from tests.pump import Pump, carried
from tests.staffing import hire, person, ready, sales_team

pytestmark = pytest.mark.usefixtures("tables")

ADMIN = ("sagar", ["admin"])
ASHA = ("asha", ["rep"])


def change(name: str, **what: Any) -> None:
    path = f"/v1/staff/{name}"
    version = http("staff_directory", "GET", path, staff=ADMIN).json["version"]
    answer = http("staff_directory", "PATCH", path, body={"version": version, **what}, staff=ADMIN)
    assert answer.status == 200, answer.json


def handed_over(*numbers: int) -> None:
    for number in numbers:
        a_lead(number, score="100.00")
        invoke("lead_assign", queue_event([bus_event(ready(number))], group="leads"))


def move(number: int, to: str, **more: Any) -> None:
    case = load_case(lead_id(number))
    assert case is not None
    body = {"to": to, "version": case.lead.version, **more}
    path = f"/v1/leads/{lead_id(number)}/transitions"
    assert http("lead_update", "POST", path, body=body, staff=ASHA).status == 200


def lead(number: int) -> tuple[LeadState, str | None]:
    case = load_case(lead_id(number))
    assert case is not None
    return case.lead.state, case.lead.owner_id


def hand_offs(number: int) -> list[HandOff]:
    items = sales.query_all(f"LEAD#{lead_id(number)}", begins="HAND_OFF#")
    return [HandOff.model_validate(item) for item in items]


def test_leads_in_every_open_state_go_to_others_and_closed_ones_stay() -> None:
    sales_team(asha=1)
    handed_over(1, 2, 3, 4)
    move(2, "working")
    move(3, "working")
    move(3, "qualified")
    move(4, "disqualified", reason="spam")
    hire(person("bikash"))

    change("asha", disabled=True)
    check(Pump().run())

    assert [lead(number) for number in (1, 2, 3)] == [(LeadState.ASSIGNED, "bikash")] * 3
    assert lead(4) == (LeadState.DISQUALIFIED, "asha")
    first, second = hand_offs(1)
    assert (first.state, first.answer) == (HandOffState.WITHDRAWN, "owner disabled")
    assert (second.state, second.attempt, second.misses) == (HandOffState.OPEN, 2, 0)
    assert second.reason.startswith("owner disabled, rule everyone")


def test_more_leads_than_a_page_are_split_by_the_rules_each_once() -> None:
    sales_team(asha=1)
    handed_over(*range(1, 31))
    hire(person("bikash", weight=2), person("chandra"))

    change("asha", disabled=True)
    pump = Pump(copies=3).run()

    check(pump)
    owners = Counter(lead(number)[1] for number in range(1, 31))
    assert owners == {"bikash": 20, "chandra": 10}
    assigned = [fact for fact in carried() if fact.type == "LeadAssigned"]
    assert len(assigned) == 2 * 30


def test_with_nobody_else_they_wait_new_and_unassigned() -> None:
    sales_team(asha=1)
    handed_over(1, 2)
    move(2, "working")

    change("asha", disabled=True)
    check(Pump().run())

    assert [lead(number) for number in (1, 2)] == [(LeadState.NEW, None)] * 2
    listed = http(
        "hand_off_query",
        "GET",
        "/v1/hand-offs",
        query={"owner": "unassigned", "state": "unassigned"},
        staff=ADMIN,
    )
    assert {one["lead_id"] for one in listed.json["items"]} == {lead_id(1), lead_id(2)}


def test_nothing_is_taken_from_somebody_who_is_back_before_it_was_done() -> None:
    sales_team(asha=1, bikash=1)
    handed_over(1)
    change("asha", disabled=True)
    change("asha", disabled=False)

    check(Pump().run())

    assert lead(1) == (LeadState.ASSIGNED, "asha")


def test_a_lead_nobody_could_take_goes_to_who_comes_back(clock: FakeClock) -> None:
    sales_team(asha=1)
    change("asha", leave=[{"from": "2025-06-02", "to": "2025-06-02"}])
    handed_over(1)
    assert lead(1) == (LeadState.NEW, None)

    look_again(clock)
    assert lead(1) == (LeadState.NEW, None)

    clock.tick(hours=20)
    pump = look_again(clock)
    assert lead(1) == (LeadState.ASSIGNED, "asha")
    assert [one.state for one in hand_offs(1)] == [HandOffState.WITHDRAWN, HandOffState.OPEN]
    check(pump)


def test_a_lead_given_by_hand_meanwhile_is_not_looked_at_again(clock: FakeClock) -> None:
    sales_team(asha=1)
    change("asha", leave=[{"from": "2025-06-02", "to": "2025-06-02"}])
    handed_over(1)
    move(1, "assigned")

    clock.tick(hours=1)
    body = {"pk": f"LEAD#{lead_id(1)}", "sk": "HAND_OFF#0001#01", "due": "…"}
    assert invoke("hand_off_timeout", queue_event([body])) == {"batchItemFailures": []}

    assert lead(1) == (LeadState.ASSIGNED, "asha")
    assert len(hand_offs(1)) == 2


def look_again(clock: FakeClock) -> Pump:
    clock.tick(seconds=(LOOK_AGAIN_AFTER + timedelta(minutes=1)).total_seconds())
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    return Pump().run()
