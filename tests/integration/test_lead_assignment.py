"""Leads that are ready for sales get their owner: exactly, by the rules, and only once."""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from shared.kernel.clock import iso
from shared.platform.requests import Put, Update
from shared.sales.assignment import assign as use_case
from shared.sales.assignment.repository import load_key
from shared.sales.assignment.rules import NAME
from shared.sales.assignment.store import stored_rules
from shared.sales.hand_offs.counters import report
from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import load_case, sales
from shared.sales.leads.repository import lead_key
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id, lead_item
from tests.calls import bus_event, http, invoke, queue_event
from tests.pump import Pump, carried
from tests.staffing import FRIDAY_AFTERNOON, HIRED, hire, person, ready, rules, sales_team

pytestmark = pytest.mark.usefixtures("tables")


def assign(*facts):
    return invoke("lead_assign", queue_event([bus_event(one) for one in facts], group="leads"))


def in_batches(numbers, size=10):
    for start in range(0, len(numbers), size):
        assert assign(*map(ready, numbers[start : start + size])) == {"batchItemFailures": []}


def owners(numbers):
    return Counter(load_case(lead_id(number)).lead.owner_id for number in numbers)


def load(staff_id):
    return (sales.get(load_key(staff_id)) or {}).get("open", 0)


def test_a_ready_lead_gets_an_owner_and_a_hand_off_with_a_deadline(clock):
    sales_team(asha=2, bikash=1)
    clock.at(FRIDAY_AFTERNOON)
    a_lead(1, score="105.00")

    assert assign(ready(1)) == {"batchItemFailures": []}

    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, lead.owner_id, lead.team_id) == (LeadState.ASSIGNED, "asha", "sales")
    assert hand_off.state is HandOffState.OPEN
    assert (hand_off.owner_id, hand_off.cycle, hand_off.attempt) == ("asha", 1, 1)
    assert hand_off.due_at == "2025-06-08T06:15:00.000Z"
    assert hand_off.reason == "rule everyone, weighted 2:1"
    assert sales.get(lead_key(lead_id(1)))["assignment_reason"] == hand_off.reason
    assert load("asha") == 1
    facts = {fact.type: fact.detail for fact in carried() if fact.source == "crm.sales"}
    assert set(facts) == {"LeadAssigned", "LeadStateChanged"}
    assert facts["LeadAssigned"]["hand_off_due_at"] == hand_off.due_at
    assert facts["LeadAssigned"]["reason"] == hand_off.reason


def test_40_leads_by_weights_2_1_1_are_shared_20_10_10_and_the_rep_on_leave_gets_none(clock):
    """300 of them, from several sides at once: see test_assignment_races."""
    today = clock().date().isoformat()
    sales_team(asha=2, bikash=1, chandra=1)
    hire(person("dipa", weight=5, leave=({"from": today, "to": today},)))
    numbers = range(1, 41)
    for number in numbers:
        a_lead(number)

    in_batches(numbers)

    assert owners(numbers) == {"asha": 20, "bikash": 10, "chandra": 10}
    assert [load(name) for name in ("asha", "bikash", "chandra", "dipa")] == [20, 10, 10, 0]
    assert report(clock().date(), clock().date())[0].offered == 40


def test_the_same_event_five_times_assigns_once(clock):
    sales_team(asha=1, bikash=1)
    a_lead(1)

    for _ in range(5):
        assign(ready(1), ready(1))

    lead, hand_off = load_case(lead_id(1))
    assert (lead.version, hand_off.attempt, load("asha"), load("bikash")) == (2, 1, 1, 0)
    assert [fact.type for fact in carried()].count("LeadAssigned") == 1
    assert report(clock().date(), clock().date())[0].offered == 1


def test_of_a_redelivered_batch_only_the_leads_not_yet_assigned_are(clock):
    sales_team(asha=1, bikash=1)
    for number in (1, 2, 3):
        a_lead(number)
    assign(ready(1))

    assign(ready(1), ready(2), ready(3))

    assert owners([1, 2, 3]) == {"asha": 2, "bikash": 1}
    assert load("asha") + load("bikash") == 3


@pytest.mark.parametrize(
    "state", [LeadState.ASSIGNED, LeadState.WORKING, LeadState.QUALIFIED, LeadState.DISQUALIFIED]
)
def test_a_lead_somebody_already_dealt_with_is_left_alone(state):
    sales_team(asha=1)
    a_lead(1, state=state, owner="bikash")

    assert assign(ready(1)) == {"batchItemFailures": []}

    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, lead.owner_id, hand_off) == (state, "bikash", None)


def test_an_event_of_an_earlier_cycle_changes_nothing():
    sales_team(asha=1)
    a_lead(1, state=LeadState.RECYCLED, cycle=2)

    assign(ready(1, cycle=1))
    assert load_case(lead_id(1)).lead.state is LeadState.RECYCLED
    assign(ready(1, cycle=2))

    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, lead.owner_id, hand_off.cycle) == (LeadState.ASSIGNED, "asha", 2)


def test_a_lead_nobody_knows_is_done_with():
    sales_team(asha=1)

    assert assign(ready(9)) == {"batchItemFailures": []}


def test_a_message_that_is_no_event_fails_alone():
    sales_team(asha=1)
    a_lead(1)
    broken = bus_event(ready(1)) | {"detail": {"lead_id": lead_id(1)}}

    answer = invoke("lead_assign", queue_event([broken, bus_event(ready(1)), "{"], group="leads"))

    assert len(answer["batchItemFailures"]) == 2
    assert load_case(lead_id(1)).lead.owner_id == "asha"


def test_with_nobody_to_take_it_a_lead_waits_where_it_is_seen_and_an_alarm_goes_out(clock):
    sales_team()
    a_lead(1)

    for _ in range(2):
        assert assign(ready(1)) == {"batchItemFailures": []}

    lead, hand_off = load_case(lead_id(1))
    assert (lead.state, lead.owner_id) == (LeadState.NEW, None)
    assert (hand_off.state, hand_off.owner_id) == (HandOffState.UNASSIGNED, None)
    queue = http(
        "hand_off_query",
        "GET",
        "/v1/hand-offs",
        query={"owner": "unassigned"},
        staff=("asha", ["rep"]),
    )
    assert [one["lead_id"] for one in queue.json["items"]] == [lead_id(1)]
    assert queue.json["items"][0]["reason"] == "nobody to take it under rule everyone"
    alarms = [fact for fact in carried() if fact.type == "LeadUnassigned"]
    assert [alarm.detail["lead_id"] for alarm in alarms] == [lead_id(1)]


def test_without_any_rules_a_lead_waits_unassigned():
    a_lead(1)

    assign(ready(1))

    assert load_case(lead_id(1)).hand_off.reason == "no assignment rule applies"


def test_a_batch_holds_both_leads_with_and_without_somebody_to_take_them():
    sales_team(asha=1)
    hire(person("emil", team_id="eu"))
    de = {"field": "country", "op": "is", "value": "DE"}
    np = {"field": "country", "op": "is", "value": "NP"}
    stored_rules.save(
        NAME,
        rules({"id": "eu-leads", "when": [de], "team": "eu"}, {"id": "home", "when": [np]}),
        by="maya",
        at=HIRED,
        after=1,
        activate=True,
    )
    for number, country in ((1, "DE"), (2, "NP"), (3, "FR")):
        a_lead(number, form_country=country)

    assign(ready(1), ready(2), ready(3))

    found = [load_case(lead_id(number)) for number in (1, 2, 3)]
    assert [case.lead.owner_id for case in found] == ["emil", "asha", None]
    assert [case.hand_off.rule_id for case in found] == ["eu-leads", "home", None]


def test_nobody_gets_more_open_leads_than_their_capacity():
    sales_team(bikash=1)
    hire(person("asha", weight=9, capacity=2))
    for number in range(1, 7):
        a_lead(number)

    in_batches(range(1, 7), size=3)

    assert owners(range(1, 7)) == {"asha": 2, "bikash": 4}


def test_a_lead_that_cannot_be_read_does_not_hold_up_the_others():
    sales_team(asha=1)
    for number in (1, 2, 3):
        a_lead(number)
    sales.write(Update(lead_key(lead_id(2)), set={"state": "nonsense"}))
    event = queue_event([bus_event(ready(number)) for number in (1, 2, 3)], group="leads")

    failed = [one["itemIdentifier"] for one in invoke("lead_assign", event)["batchItemFailures"]]

    assert failed == [event["Records"][1]["messageId"]]
    assert owners((1, 3)) == {"asha": 2}
    assert load("asha") == 2


def test_points_that_come_in_meanwhile_do_not_stop_an_assignment(monkeypatch):
    """The lead changes between the read and the write: it is read and decided again."""
    sales_team(asha=1)
    a_lead(1)
    read, seen = use_case.read_desk, []

    def overtaken(*how):
        reading = read(*how)
        if not seen:
            sales.write(Update(lead_key(lead_id(1)), set={"score": "120.00"}, add={"version": 1}))
        seen.append(1)
        return reading

    monkeypatch.setattr(use_case, "read_desk", overtaken)

    assert assign(ready(1)) == {"batchItemFailures": []}

    assert len(seen) == 2
    assert load_case(lead_id(1)).hand_off.score == "120.00"


def test_a_deadline_in_a_calendar_without_hours_is_plain_time(clock):
    sales_team()
    hire(person("asha", working_hours={"zone": "UTC", "hours": {}}))
    a_lead(1)

    assign(ready(1))

    due = datetime(2025, 6, 2, 8, 15, tzinfo=UTC)
    assert load_case(lead_id(1)).hand_off.due_at == iso(due)


def test_the_way_from_event_to_owner_survives_copies_in_any_order(clock):
    sales_team(asha=2, bikash=1, chandra=1)
    for number in range(1, 9):
        a_lead(number)
    for number in range(1, 9):
        sales.write(Put(lead_item(number), events=[ready(number)]))

    pump = Pump(copies=3, shuffle=random.Random(7), only=("lead_assign",)).run()

    assert pump.dead == []
    assert owners(range(1, 9)) == {"asha": 4, "bikash": 2, "chandra": 2}
