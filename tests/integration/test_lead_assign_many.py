"""Many leads assigned at once, each with its hand-off and deadline, and again without effect."""

from collections import Counter
from typing import Any

import pytest

from shared.sales.assignment.repository import load_key
from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import load_case, load_hand_off
from shared.sales.leads.repository import sales
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id
from tests.calls import Answer, bus_event, http, invoke, queue_event
from tests.pump import carried
from tests.staffing import MANAGER, hire, person, ready, sales_team

pytestmark = pytest.mark.usefixtures("tables")


def assign(*numbers: int, by: Any = MANAGER, **how: Any) -> Answer:
    """Assign these leads together."""
    body = {"lead_ids": [lead_id(n) for n in numbers], **how}
    return http("lead_assign_many", "POST", "/v1/leads/assignments", body=body, staff=by)


def load(staff_id: str) -> int:
    """How many open leads somebody has."""
    return int((sales.get(load_key(staff_id)) or {}).get("open", 0))


def owners(*numbers: int) -> list[str | None]:
    """Whose these leads are."""
    found = [load_case(lead_id(n)) for n in numbers]
    return [one.lead.owner_id if one else None for one in found]


def test_leads_given_to_a_person_are_theirs_with_a_deadline_and_a_reason() -> None:
    sales_team(asha=1)
    for number in (1, 2, 3):
        a_lead(number, state=LeadState.RECYCLED if number == 3 else LeadState.NEW)

    answer = assign(1, 2, 3, 1, owner_id="asha")

    assert (answer.status, answer.json["assigned"], answer.json["refused"]) == (200, 3, 0)
    assert [one["lead_id"] for one in answer.json["items"]] == [lead_id(n) for n in (1, 2, 3)]
    assert {one["owner_id"] for one in answer.json["items"]} == {"asha"}
    assert (owners(1, 2, 3), load("asha")) == (["asha"] * 3, 3)
    case = load_case(lead_id(1))
    assert case and case.waiting and case.waiting.due_at
    assert (case.waiting.reason, case.waiting.offered_by) == ("assigned by hand", "maya")
    told = Counter(one.type for one in carried())
    assert (told["LeadAssigned"], told["LeadStateChanged"]) == (3, 3)


def test_by_the_rules_shares_are_exact() -> None:
    sales_team(asha=2, bikash=1, carla=1)
    numbers = range(1, 41)
    for number in numbers:
        a_lead(number)

    answer = assign(*numbers, by_rules=True)

    assert answer.json["assigned"] == 40
    assert Counter(owners(*numbers)) == {"asha": 20, "bikash": 10, "carla": 10}
    assert [load(one) for one in ("asha", "bikash", "carla")] == [20, 10, 10]


@pytest.mark.parametrize("how", [{"owner_id": "asha"}, {"by_rules": True}])
def test_the_same_again_changes_nothing(how: dict[str, Any]) -> None:
    sales_team(asha=1)
    a_lead(1)

    first = assign(1, **how)
    events = len(carried())
    again = assign(1, **how)

    assert first.json == again.json
    assert (len(carried()), load("asha")) == (events, 1)
    assert load_hand_off(lead_id(1), 1, 2) is None


def test_a_lead_that_waits_without_owner_leaves_that_queue() -> None:
    sales_team(asha=0)
    a_lead(1, score="100.00")
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="g"))
    queue = {"owner": "unassigned"}
    waiting = http("lead_query", "GET", "/v1/leads", staff=MANAGER, query=queue).json["items"]
    assert [one["lead_id"] for one in waiting] == [lead_id(1)]
    assert assign(1, by_rules=True).json["items"][0]["code"] == "nobody_to_take_it"

    assert assign(1, owner_id="asha").json["assigned"] == 1

    assert http("lead_query", "GET", "/v1/leads", staff=MANAGER, query=queue).json["items"] == []
    closed = load_hand_off(lead_id(1), 1, 1)
    assert closed and (closed.state, closed.closed_by) == (HandOffState.WITHDRAWN, "maya")
    listed = http("hand_off_query", "GET", "/v1/hand-offs", staff=MANAGER, query=queue)
    assert listed.json["items"] == []


def test_each_lead_is_refused_by_itself_and_says_why() -> None:
    sales_team(asha=1, bikash=1)
    a_lead(1, state=LeadState.WORKING, owner="asha")
    a_lead(2, state=LeadState.ASSIGNED, owner="bikash")
    a_lead(3)

    answer = assign(1, 2, 3, 9, owner_id="asha")

    codes = [one["code"] for one in answer.json["items"]]
    assert codes == ["move_not_allowed", "move_not_allowed", None, "lead_not_found"]
    assert (answer.json["assigned"], answer.json["refused"]) == (1, 3)
    assert owners(1, 2, 3) == ["asha", "bikash", "asha"]


def test_who_cannot_be_an_owner_gets_nothing() -> None:
    sales_team(asha=1)
    hire(person("gone", disabled=True))
    a_lead(1)

    assert assign(1, owner_id="nobody").fields == {"owner_id": "staff_not_found"}
    assert assign(1, owner_id="gone").fields == {"owner_id": "staff_disabled"}
    assert assign(1, owner_id="asha", by=("asha", ["rep"])).code == "role_missing"
    assert owners(1) == [None]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"": "one_of_two"}),
        ({"owner_id": "asha", "by_rules": True}, {"": "one_of_two"}),
        ({"by_rules": False}, {"by_rules": "literal_error"}),
        ({"by_rules": True, "lead_ids": []}, {"lead_ids": "too_short"}),
        ({"by_rules": True, "lead_ids": ["x"] * 101}, {"lead_ids": "too_long"}),
    ],
)
def test_what_cannot_be_asked_is_refused(body: dict[str, Any], fields: dict[str, str]) -> None:
    answer = assign(1, **body)

    assert (answer.status, answer.fields) == (422, fields)
