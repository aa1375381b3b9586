"""Campaigns of different priority that are due to the same person: the more important one goes first
(row M11), and the others are not put off for ever."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import need, save
from shared.marketing.sending import sender
from shared.marketing.sending.giving_way import AGAIN, PATIENCE
from shared.marketing.sending.limits import set_limit
from shared.marketing.sending.preflight import preflight
from shared.marketing.sending.rules import Cap
from tests.aws_calls import intercepted
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.marketing import a_segment
from tests.pump import Pump, overlook
from tests.sending import (
    ALWAYS,
    a_campaign,
    a_text,
    mailed,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
    timers,
)

WEEKLY = ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),)})


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules(WEEKLY)


def planned(contact_ids: list[str], priority: int, **more: Any) -> str:
    return a_campaign(contact_ids, priority=priority, **more).campaign_id


def started(contact_ids: list[str], priority: int, **more: Any) -> str:
    one = planned(contact_ids, priority, **more)
    move(one, "start")
    return one


def frozen(*campaigns: str) -> None:
    """Their audiences are written down, and nobody is sent anything yet."""
    Pump(only=["campaign_plan"]).run()
    assert all(need(one).frozen for one in campaigns)


def sent_to(campaign: str, *contact_ids: str, clock: FakeClock) -> None:
    sender.send_part(campaign, list(contact_ids), 1, 0, clock())


def why(campaign: str, contact_id: str) -> Any:
    found = rows(campaign)[contact_id]
    return found["state"], found.get("reason")


@pytest.mark.parametrize("first", ["low", "high"])
def test_of_two_that_are_due_the_more_important_gets_the_slot_whichever_comes_first(
    first: str, clock: FakeClock
) -> None:
    (ann,) = people(1)
    low, high = started([ann], 3), started([ann], 7)
    frozen(low, high)
    begun = clock()

    for one in (low, high) if first == "low" else (high, low):
        sent_to(one, ann, clock=clock)

    assert sums(high) == {"sent": 1}
    assert sums(low) == {"deferred": 1}
    assert why(low, ann) == ("deferred", "priority" if first == "low" else "capped")

    clock.at(begun + AGAIN)
    timers()
    assert why(low, ann) == ("deferred", "capped")

    clock.at(begun + timedelta(days=7))
    timers()
    minute()
    assert (sums(low), need(low).state) == ({"sent": 1}, State.DONE)
    assert mailed()["p0@example.com"] == 2


def test_where_there_is_room_for_both_nobody_waits(clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=2, days=7),)}))
    (ann,) = people(1)
    low, high = started([ann], 3), started([ann], 7)
    frozen(low, high)

    sent_to(low, ann, clock=clock)

    assert sums(low) == {"sent": 1}


def test_what_is_too_much_and_dropped_by_the_rules_is_dropped_once_the_other_was_sent(
    clock: FakeClock,
) -> None:
    rules(WEEKLY.model_copy(update={"overflow": "drop"}))
    (ann,) = people(1)
    low, high = started([ann], 3), started([ann], 7)
    frozen(low, high)

    sent_to(low, ann, clock=clock)
    assert why(low, ann) == ("deferred", "priority")
    sent_to(high, ann, clock=clock)
    clock.tick(minutes=15)
    timers()

    assert why(low, ann) == ("skipped", "capped")


@pytest.mark.parametrize(
    "other", ["same priority", "without them", "not started", "cancelled", "text"]
)
def test_nobody_waits_for_what_does_not_come(other: str, clock: FakeClock) -> None:
    ann, ben = people(2)
    low = started([ann], 3)
    more = {"channel": "sms", "template_id": a_text()} if other == "text" else {}
    whom = [ben] if other == "without them" else [ann]
    high = planned(whom, 3 if other == "same priority" else 7, **more)
    if other != "not started":
        move(high, "start")
    if other == "cancelled":
        move(high, "cancel")
    Pump(only=["campaign_plan"]).run()

    sent_to(low, ann, clock=clock)

    assert sums(low) == {"sent": 1}


def test_nobody_waits_for_ever_for_a_campaign_that_is_paused(clock: FakeClock) -> None:
    (ann,) = people(1)
    low, high = started([ann], 3), started([ann], 7)
    frozen(low, high)
    move(high, "pause")
    begun = clock()
    sent_to(low, ann, clock=clock)

    while sums(low) == {"deferred": 1} and clock() < begun + 2 * PATIENCE:
        clock.tick(hours=4)
        timers()

    assert sums(low) == {"sent": 1}
    assert PATIENCE <= clock() - begun <= PATIENCE + timedelta(hours=4)


def test_a_campaign_that_starts_by_itself_within_the_hour_is_waited_for(clock: FakeClock) -> None:
    rule = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}
    segment = a_segment(rule, clock())
    ann, ben = people(2, country="NP")
    Pump().run()
    high = planned(
        [], 9, audience={"segment_id": segment}, start_at=clock() + timedelta(minutes=30)
    )
    low, early = started([ann], 5), planned([ben], 5)
    told = preflight(need(early), clock())
    Pump().run()

    assert (told.sendable, told.later) == (0, {"priority": 1})
    assert datetime.fromisoformat(rows(low)[ann]["until"]) == clock() + timedelta(minutes=45)
    minute(32)
    assert sums(high) == {"sent": 2}
    minute(15)
    assert why(low, ann) == ("deferred", "capped")


def test_what_somebody_asked_for_themselves_is_shared_out_by_priority_too(clock: FakeClock) -> None:
    rules(ALWAYS)
    (ann,) = people(1)
    set_limit(ann, "email", Cap(times=1, days=30), clock())
    low, high = started([ann], 3), started([ann], 7)
    frozen(low, high)

    sent_to(low, ann, clock=clock)

    assert why(low, ann) == ("deferred", "priority")


def test_giving_way_costs_nothing_where_there_is_room_and_little_where_there_is_none(
    clock: FakeClock,
) -> None:
    def calls_of(times: int) -> int:
        rules(ALWAYS.model_copy(update={"caps": (Cap(times=times, days=7),)}))
        contacts = people(50, f"room{times}")
        low, high = started(contacts, 3), started(contacts, 7)
        frozen(low, high)
        preflight(need(low), clock())  # whatever is remembered is read
        calls: list[str] = []

        def note(call: Any, send: Any) -> Any:
            calls.append(call.name)
            return send()

        with intercepted(note):
            sent_to(low, *contacts, clock=clock)
        assert sums(low) == ({"sent": 50} if times > 1 else {"deferred": 50})
        return sum(name.startswith("dynamodb") for name in calls)

    assert calls_of(2) <= 60
    assert calls_of(1) <= 12


@pytest.mark.parametrize("seed", range(2))
def test_in_whatever_order_the_most_important_messages_are_sent_and_all_others_in_the_end(
    seed: int, clock: FakeClock
) -> None:
    chance = random.Random(seed)
    contacts = people(6)
    priorities = [2, 5, 5, 8]
    chance.shuffle(priorities)
    overlook()
    four = [started(contacts, priority) for priority in priorities]
    most = four[priorities.index(8)]

    Pump(copies=2, shuffle=chance).run()
    assert sums(most) == {"sent": 6}
    assert max(mailed().values()) == 1

    for _ in range(4):
        for apart in (timedelta(minutes=16), PATIENCE, timedelta(days=7)):
            clock.at(clock() + apart)
            timers()
    minute(2)

    assert {need(one).state for one in four} == {State.DONE}
    assert set(mailed().values()) == {4}
    campaigns_add_up(list(everything()))


def test_two_more_important_ones_to_the_same_list_are_both_given_way_to(clock: FakeClock) -> None:
    (ann,) = people(1)
    low = started([ann], 3)
    audience = need(low).audience
    higher = [planned([ann], 8), planned([ann], 6)]
    for one in higher:
        save(need(one), need(one).model_copy(update={"audience": audience}))
        move(one, "start")
    frozen(low, *higher)

    sent_to(low, ann, clock=clock)

    assert why(low, ann) == ("deferred", "priority")
