"""A hand-off nobody answers goes to somebody else, then to the manager (row M13)."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel.clock import iso, parse_instant
from shared.sales.assignment.repository import load_key
from shared.sales.hand_offs.counters import report
from shared.sales.hand_offs.model import HandOffState
from shared.sales.hand_offs.repository import hand_off_key, load_case, load_hand_off, sales
from shared.sales.leads.states import LeadState
from tests.builders import a_lead, lead_id
from tests.calls import bus_event, http, invoke, queue_event
from tests.pump import Pump, carried
from tests.staffing import FRIDAY_AFTERNOON, MANAGER, ready, sales_team

pytestmark = pytest.mark.usefixtures("tables")

SUNDAY_NOON = datetime(2025, 6, 8, 6, 15, tzinfo=UTC)


def handed_over(clock, **weights):
    """On Friday 15:00 a lead is handed over to the first of these people."""
    clock.at(FRIDAY_AFTERNOON)
    sales_team(**weights)
    a_lead(1)
    invoke("lead_assign", queue_event([bus_event(ready(1))], group="leads"))


def fire(attempt=1):
    """The timer of an attempt, as the queue delivers it."""
    key = hand_off_key(lead_id(1), 1, attempt)
    return invoke("hand_off_timeout", queue_event([{**key, "due": "…"}]))


def load(staff_id):
    return (sales.get(load_key(staff_id)) or {}).get("open", 0)


def move(to, version, by, **more):
    return http(
        "lead_update",
        "POST",
        f"/v1/leads/{lead_id(1)}/transitions",
        body={"to": to, "version": version, **more},
        staff=by,
    )


def test_a_missed_hand_off_is_reassigned_sunday_noon_and_then_goes_to_the_manager(clock):
    handed_over(clock, asha=1, bikash=1)
    assert load_case(lead_id(1)).hand_off.due_at == "2025-06-08T06:15:00.000Z"

    clock.at(SUNDAY_NOON)
    assert fire() == {"batchItemFailures": []}

    lead, second = load_case(lead_id(1))
    assert (lead.owner_id, second.attempt, second.misses) == ("bikash", 2, 1)
    assert second.reason == "missed 1, rule everyone, weighted 1"
    assert load_hand_off(lead_id(1), 1, 1).state is HandOffState.MISSED
    # Sunday 12:00 and four hours: 16:00 the same day.
    assert second.due_at == "2025-06-08T10:15:00.000Z"
    assert (load("asha"), load("bikash")) == (0, 1)

    clock.at(parse_instant(second.due_at))
    assert fire(2) == {"batchItemFailures": []}

    lead, third = load_case(lead_id(1))
    assert (lead.state, lead.owner_id) == (LeadState.ASSIGNED, "maya")
    assert (third.attempt, third.misses, third.state) == (3, 2, HandOffState.OPEN)
    assert third.reason == "missed 2, manager of team sales"
    assert (load("asha"), load("bikash"), load("maya")) == (0, 0, 1)
    figures, days = report(clock().date() - timedelta(days=7), clock().date())
    assert (figures.offered, figures.missed) == (3, 2)
    assert list(days) == ["2025-06-06", "2025-06-08"]
    missed = [fact.detail["owner_id"] for fact in carried() if fact.type == "HandOffMissed"]
    assert missed == ["asha", "bikash"]
    assigned = [fact.detail["owner_id"] for fact in carried() if fact.type == "LeadAssigned"]
    assert assigned == ["asha", "bikash", "maya"]


def test_a_third_miss_leaves_the_lead_where_everybody_sees_it(clock):
    handed_over(clock, asha=1, bikash=1)
    for attempt in (1, 2, 3):
        clock.at(parse_instant(load_case(lead_id(1)).hand_off.due_at))
        fire(attempt)

    lead, fourth = load_case(lead_id(1))

    assert (lead.state, lead.owner_id) == (LeadState.NEW, None)
    assert (fourth.state, fourth.reason) == (
        HandOffState.UNASSIGNED,
        "missed 3, nobody else to take it",
    )
    assert load("maya") == 0
    assert [fact.type for fact in carried()].count("LeadUnassigned") == 1
    assert move("assigned", lead.version, MANAGER, owner_id="asha").status == 200


def test_with_nobody_else_a_first_miss_goes_to_the_manager(clock):
    handed_over(clock, asha=1)
    clock.at(SUNDAY_NOON)

    fire()

    assert load_case(lead_id(1)).lead.owner_id == "maya"


def test_a_timer_that_comes_early_changes_nothing(clock):
    handed_over(clock, asha=1, bikash=1)
    clock.at(SUNDAY_NOON - timedelta(seconds=1))

    assert fire() == {"batchItemFailures": []}

    lead, hand_off = load_case(lead_id(1))
    assert (lead.owner_id, hand_off.state) == ("asha", HandOffState.OPEN)


def test_a_timer_that_comes_five_times_reassigns_once(clock):
    handed_over(clock, asha=1, bikash=1, chandra=1)
    clock.at(SUNDAY_NOON)

    for _ in range(5):
        assert fire() == {"batchItemFailures": []}

    lead, hand_off = load_case(lead_id(1))
    assert (lead.owner_id, hand_off.attempt) == ("bikash", 2)
    assert [load(name) for name in ("asha", "bikash", "chandra")] == [0, 1, 0]


def test_an_accepted_hand_off_is_never_missed(clock):
    handed_over(clock, asha=1, bikash=1)
    move("working", 2, ("asha", ["rep"]))
    clock.at(SUNDAY_NOON)

    fire()

    lead, hand_off = load_case(lead_id(1))
    assert (lead.owner_id, hand_off.state) == ("asha", HandOffState.ACCEPTED)


def test_answering_late_is_refused_once_the_lead_went_on(clock):
    handed_over(clock, asha=1, bikash=1)
    clock.at(SUNDAY_NOON)
    fire()

    answer = move("working", 2, ("asha", ["rep"]))

    assert (answer.status, answer.code) == (403, "not_the_owner")


def test_the_timer_of_an_earlier_attempt_leaves_the_present_one_alone(clock):
    handed_over(clock, asha=1, bikash=1)
    clock.at(SUNDAY_NOON)
    fire(1)
    clock.tick(days=3)

    fire(1)

    assert load_case(lead_id(1)).hand_off.attempt == 2


def test_the_clock_alone_brings_a_missed_hand_off_to_the_next_person(clock, pump):
    """By way of the timers: index, dispatch, shard, queue, owner."""
    handed_over(clock, asha=1, bikash=1)
    clock.at(SUNDAY_NOON)

    tick = {"id": "tick", "detail-type": "Scheduled Event"}
    invoke("timer_dispatch", tick)
    Pump(only=("timer_deliver", "hand_off_timeout")).run()
    invoke("timer_dispatch", tick)
    Pump(only=("timer_deliver", "hand_off_timeout")).run()

    lead, hand_off = load_case(lead_id(1))
    assert (lead.owner_id, hand_off.attempt, hand_off.offered_at) == ("bikash", 2, iso(clock()))
