"""Hand-offs as their owners and managers see them."""

import pytest

from shared.kernel.clock import iso
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, http, invoke, queue_event
from tests.staffing import MANAGER, ready, sales_team

pytestmark = pytest.mark.usefixtures("tables")

ASHA = ("asha", ["rep"])


def handed_over(clock, count, **weights):
    """Leads handed over to these people, one an hour."""
    sales_team(**weights)
    for number in range(1, count + 1):
        a_lead(number, score=f"{number}.00")
        invoke("lead_assign", queue_event([bus_event(ready(number))], group="g"))
        clock.tick(hours=1)


def listed(by=ASHA, **query):
    return http("hand_off_query", "GET", "/v1/hand-offs", query=query, staff=by)


def reported(by=MANAGER, **query):
    return http("hand_off_query", "GET", "/v1/hand-offs/report", query=query, staff=by)


def move(number, to, **more):
    answer = http(
        "lead_update",
        "POST",
        f"/v1/leads/{lead_id(number)}/transitions",
        body={"to": to, "version": 2, **more},
        staff=MANAGER,
    )
    assert answer.status == 200


def test_mine_are_the_open_ones_soonest_due_first(clock):
    handed_over(clock, 4, asha=1, bikash=1)
    move(1, "working")

    answer = listed()

    assert answer.status == 200
    assert [one["lead_id"] for one in answer.json["items"]] == [lead_id(3)]
    one = answer.json["items"][0]
    assert (one["state"], one["owner_id"], one["score"]) == ("open", "asha", "3.00")
    assert one["due_at"] > iso(clock())
    accepted = listed(owner="asha", state="accepted").json["items"]
    assert [one["lead_id"] for one in accepted] == [lead_id(1)]


def test_a_list_continues_where_it_stopped(clock):
    handed_over(clock, 5, asha=1)

    first = listed(limit="2").json
    second = listed(limit="2", cursor=first["next"]).json
    third = listed(limit="2", cursor=second["next"]).json

    pages = [[one["lead_id"] for one in page["items"]] for page in (first, second, third)]
    assert pages == [[lead_id(1), lead_id(2)], [lead_id(3), lead_id(4)], [lead_id(5)]]
    assert third["next"] is None
    refused = listed(cursor=first["next"], state="missed")
    assert (refused.status, refused.code) == (422, "cursor_invalid")


def test_others_hand_offs_are_for_managers_only(clock):
    handed_over(clock, 2, asha=1, bikash=1)

    assert listed(owner="bikash").code == "not_the_owner"
    assert len(listed(by=MANAGER, owner="bikash").json["items"]) == 1


@pytest.mark.parametrize("query", [{"state": "lost"}, {"owner": ""}, {"limit": "1000"}])
def test_a_question_that_makes_no_sense_is_refused(query):
    assert listed(**query).status == 422


def test_the_rate_of_accepted_hand_offs_is_reported(clock):
    handed_over(clock, 4, asha=1)
    move(1, "working")
    move(2, "recycled", reason="no need")
    move(3, "working")

    answer = reported(**{"from": "2025-06-01", "to": "2025-06-30"})

    assert answer.json["total"] == {
        "offered": 4,
        "accepted": 2,
        "rejected": 1,
        "missed": 0,
        "accepted_15m": 0,
        "accepted_1h": 0,
        "accepted_4h": 2,
        "accepted_1d": 0,
        "accepted_later": 0,
        "acceptance_rate": "0.5000",
    }
    assert answer.json["days"] == {"2025-06-02": answer.json["total"]}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2025-06-02"},
        {"from": "2025-06-02", "to": "2025-06-01"},
        {"from": "2024-01-01", "to": "2025-06-01"},
        {"from": "today", "to": "2025-06-01"},
    ],
)
def test_a_report_is_about_1_to_366_days(query):
    assert reported(**query).status == 422


def test_the_report_is_for_managers_and_analysts():
    query = {"from": "2025-06-01", "to": "2025-06-30"}

    assert reported(by=ASHA, **query).code == "role_missing"
    assert reported(by=("rina", ["analyst"]), **query).status == 200
