"""Hand-offs, turns, loads and figures as every DynamoDB keeps them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.kernel.clock import iso
from shared.platform import timers
from shared.platform.writes import ConditionFailed
from shared.sales.assignment.repository import load_key, load_op, rotation_key, turn_op
from shared.sales.hand_offs.counters import count_ops, report
from shared.sales.hand_offs.model import LOOK_AGAIN_AFTER, UNASSIGNED, HandOff, HandOffState
from shared.sales.hand_offs.repository import (
    close_op,
    hand_off_key,
    load_case,
    load_hand_off,
    offer_op,
    page_of,
    sales,
)
from tests.builders import a_lead, lead_id

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]

MONDAY = datetime(2025, 6, 2, 4, 15, tzinfo=UTC)


def hand_off(number=1, *, attempt=1, owner="asha", hours=4, **more):
    given = {
        "lead_id": lead_id(number),
        "cycle": 1,
        "attempt": attempt,
        "state": HandOffState.OPEN if owner else HandOffState.UNASSIGNED,
        "owner_id": owner,
        "team_id": "sales",
        "offered_at": iso(MONDAY),
        "due_at": iso(MONDAY + timedelta(hours=hours)) if owner else None,
        "tried": (owner,) if owner else (),
    }
    return HandOff(**given | more)


def test_a_hand_off_is_stored_once_and_read_back():
    one = hand_off(reason="rule everyone, weighted 1", score="105.00")

    sales.write(offer_op(one))
    with pytest.raises(ConditionFailed, match="hand_off_new"):
        sales.write(offer_op(one))

    assert load_hand_off(lead_id(1), 1, 1) == one
    assert load_hand_off(lead_id(1), 1, 2) is None


def test_a_lead_comes_with_the_latest_hand_off_of_its_cycle():
    a_lead(1, cycle=2)
    assert load_case(lead_id(1)).hand_off is None

    sales.write(offer_op(hand_off()))
    assert load_case(lead_id(1)).hand_off is None
    for attempt in (1, 2, 10):
        sales.write(offer_op(hand_off(attempt=attempt, cycle=2)))

    assert load_case(lead_id(1)).hand_off.attempt == 10
    assert load_case(lead_id(2)) is None


def test_a_hand_off_comes_up_at_its_deadline_and_one_that_nobody_can_take_in_a_while():
    one = hand_off()
    sales.write(offer_op(one))
    sales.write(offer_op(hand_off(2, owner=None)))

    item = sales.get(hand_off_key(lead_id(1), 1, 1))
    assert item["timer_due"].startswith(f"{iso(MONDAY + timedelta(hours=4))}#")
    waiting = sales.get(hand_off_key(lead_id(2), 1, 1))
    assert waiting["timer_due"].startswith(f"{iso(MONDAY + LOOK_AGAIN_AFTER)}#")

    sales.write(close_op(one, HandOffState.ACCEPTED, MONDAY, by="asha", answer="on it"))

    closed = sales.get(hand_off_key(lead_id(1), 1, 1))
    assert not set(timers.ATTRIBUTES) & set(closed)
    assert (closed["closed_by"], closed["answer"], closed["closed_at"]) == (
        "asha",
        "on it",
        iso(MONDAY),
    )


def test_a_hand_off_is_closed_once():
    one = hand_off()
    sales.write(offer_op(one))
    sales.write(close_op(one, HandOffState.MISSED, MONDAY))

    with pytest.raises(ConditionFailed, match="hand_off_waiting"):
        sales.write(close_op(one, HandOffState.ACCEPTED, MONDAY))

    assert load_hand_off(lead_id(1), 1, 1).state is HandOffState.MISSED


def test_hand_offs_of_an_owner_come_soonest_due_first_and_page_by_page():
    for number, hours in ((1, 5), (2, 3), (3, 4), (4, 2)):
        sales.write(offer_op(hand_off(number, hours=hours)))
    sales.write(offer_op(hand_off(5, owner="bikash", hours=1)))
    sales.write(close_op(hand_off(4, hours=2), HandOffState.ACCEPTED, MONDAY))

    first, rest = page_of("asha", HandOffState.OPEN, limit=2, after=None)
    second, end = page_of("asha", HandOffState.OPEN, limit=2, after=rest)

    assert [one.lead_id for one in (*first, *second)] == [lead_id(n) for n in (2, 3, 1)]
    assert end is None
    accepted, _ = page_of("asha", HandOffState.ACCEPTED, limit=9, after=None)
    assert [one.lead_id for one in accepted] == [lead_id(4)]


def test_what_waits_for_a_person_is_listed_oldest_first():
    for number, day in ((1, 3), (2, 2)):
        sales.write(offer_op(hand_off(number, owner=None, offered_at=iso(MONDAY.replace(day=day)))))

    waiting, _ = page_of(UNASSIGNED, HandOffState.UNASSIGNED, limit=9, after=None)

    assert [one.lead_id for one in waiting] == [lead_id(2), lead_id(1)]


def test_of_two_turns_taken_from_the_same_credits_one_is_stored():
    sales.write(turn_op("everyone", {"asha": -1, "bikash": 1}, 0))
    with pytest.raises(ConditionFailed, match="rotation_unchanged"):
        sales.write(turn_op("everyone", {"asha": 1, "bikash": -1}, 0))
    sales.write(turn_op("everyone", {"asha": 0, "bikash": 0}, 1))

    stored = sales.get(rotation_key("everyone"))
    assert (stored["credits"], stored["version"]) == ({"asha": 0, "bikash": 0}, 2)


def test_a_load_never_exceeds_the_capacity_it_was_counted_with():
    sales.write(load_op("asha", +2, capacity=3))
    sales.write(load_op("asha", +1, capacity=3))
    with pytest.raises(ConditionFailed, match="capacity_left"):
        sales.write(load_op("asha", +1, capacity=3))
    sales.write(load_op("asha", -1))

    assert sales.get(load_key("asha"))["open"] == 2


def test_figures_are_summed_over_shards_days_and_months():
    def count(day, seed, **figures):
        sales.write(*count_ops(seed, *((f"{day}T10:00", name, n) for name, n in figures.items())))

    count("2025-05-31", "a", offered=4, accepted=1)
    count("2025-06-01", "a", offered=2, rejected=1)
    count("2025-06-01", "b", offered=1, missed=1, accepted=1)
    count("2025-07-02", "c", offered=9)

    total, days = report(date(2025, 5, 31), date(2025, 7, 1))

    assert list(days) == ["2025-05-31", "2025-06-01"]
    assert (total.offered, total.accepted, total.rejected, total.missed) == (7, 2, 1, 1)
    assert total.acceptance_rate == "0.2857"
    assert report(date(2026, 1, 1), date(2026, 1, 1))[0].acceptance_rate is None
