"""Rows V3 and V4: deadlines of tickets, by the acceptance examples and by what always holds."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.kernel.business_time import MINUTE_MS, BusinessTime, instant_of, millis
from shared.kernel.calendars import (
    BusinessCalendar,
    add_business_minutes,
    business_minutes_between,
)
from shared.kernel.clock import iso, parse_instant
from shared.support.sla.clocks import clocks, read
from shared.support.sla.course import Happening, begun, followed, restored, step, stored
from shared.support.sla.policy import Policy
from shared.support.tickets.states import MOVES, TicketState, after_agent, after_customer

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def calendar(zone: str, days: tuple[str, ...], *hours: str) -> BusinessCalendar:
    return BusinessCalendar(zone=zone, hours={day: list(hours) for day in days})  # type: ignore[misc]


OFFICE = calendar("UTC", WORKDAYS, "09:00-17:00")
KATHMANDU = calendar("Asia/Kathmandu", ("sun", *WORKDAYS), "10:00-17:00")
BROKEN = calendar("UTC", WORKDAYS, "09:00-10:00", "10:30-17:00")


def policy(**targets: int) -> Policy:
    given = {"normal": targets, "urgent": {name: max(one // 4, 1) for name, one in targets.items()}}
    return Policy.model_validate({"id": "p", "name": "P", "calendar": "office", "targets": given})


def event(at: str, kind: Any = "changed", **what: str) -> Happening:
    return Happening(millis(parse_instant(at)), kind, **what)


def opened(at: str, priority: str = "normal") -> Happening:
    return event(at, "opened", state="new", priority=priority)


def reading(
    events: list[Happening], of: BusinessCalendar, as_of: str, clock: Any, target: int
) -> Any:
    return clocks(events, policy(**{clock: target}), of, parse_instant(as_of))[clock]


@pytest.mark.parametrize(
    ("of", "start", "target", "due"),
    [
        (OFFICE, "2025-06-06T16:30Z", 60, "2025-06-09T09:30:00.000Z"),
        (KATHMANDU, "2025-06-06T16:30+05:45", 60, "2025-06-08T04:45:00.000Z"),
        (OFFICE, "2025-06-06T16:00Z", 60, "2025-06-06T17:00:00.000Z"),
    ],
)
def test_a_first_answer_is_due_within_business_hours(of, start, target, due):
    found = reading([opened(start)], of, start, "first_response", target)

    assert (found.state, iso(found.due)) == ("active", due)


def test_a_pause_on_the_customer_moves_the_deadline():
    events = [
        opened("2025-06-02T09:00Z"),
        event("2025-06-02T09:30Z", state="pending"),
        event("2025-06-02T09:45Z", "customer_message", state="open"),
    ]

    found = reading(events, BROKEN, "2025-06-02T11:00Z", "first_response", 120)

    assert iso(found.due) == "2025-06-02T11:45:00.000Z"
    assert found.paused == 15


def test_an_answer_on_closing_time_is_in_time_and_one_on_saturday_is_not():
    friday = opened("2025-06-06T16:00Z")

    met = [friday, event("2025-06-06T17:00Z", "agent_reply", state="open")]
    missed = [friday, event("2025-06-07T10:00Z", "agent_reply", state="open")]

    assert reading(met, OFFICE, "2025-06-08T00:00Z", "first_response", 60).state == "met"
    late = reading(missed, OFFICE, "2025-06-08T00:00Z", "first_response", 60)
    assert (late.state, iso(late.due)) == ("missed", "2025-06-06T17:00:00.000Z")


def test_the_levels_of_an_escalation_are_told_in_business_time():
    found = reading(
        [opened("2025-06-06T16:30Z")], OFFICE, "2025-06-06T16:30Z", "first_response", 60
    )

    assert {level: iso(at) for level, at in found.levels.items()} == {
        "warn": "2025-06-09T09:15:00.000Z",
        "breach": "2025-06-09T09:30:00.000Z",
        "manager": "2025-06-09T10:30:00.000Z",
    }


def test_a_deadline_is_overdue_only_after_it():
    events = [opened("2025-06-02T09:00Z")]

    on_time = reading(events, OFFICE, "2025-06-02T10:00Z", "first_response", 60)
    after = reading(events, OFFICE, "2025-06-02T10:00:00.001Z", "first_response", 60)

    assert (on_time.state, after.state) == ("active", "overdue")


def test_another_priority_counts_from_the_start_and_keeps_the_pauses():
    events = [
        opened("2025-06-02T09:00Z", "normal"),
        event("2025-06-02T09:30Z", state="pending"),
        event("2025-06-02T10:00Z", state="open"),
        event("2025-06-02T10:30Z", priority="urgent"),
    ]

    found = reading(events, OFFICE, "2025-06-02T10:30Z", "resolution", 480)

    # A quarter of 480 minutes from nine, and the half hour of the pause.
    assert (found.target, iso(found.due)) == (120, "2025-06-02T11:30:00.000Z")


def test_a_pause_after_the_deadline_does_not_move_it():
    events = [
        opened("2025-06-02T09:00Z"),
        event("2025-06-02T12:00Z", state="pending"),
        event("2025-06-02T15:00Z", state="open"),
    ]

    found = reading(events, OFFICE, "2025-06-02T16:00Z", "resolution", 60)

    assert (found.state, iso(found.due)) == ("overdue", "2025-06-02T10:00:00.000Z")


def test_while_pending_nothing_is_due_and_on_hold_everything_is():
    pending = [opened("2025-06-02T09:00Z"), event("2025-06-02T09:30Z", state="pending")]
    held = [opened("2025-06-02T09:00Z"), event("2025-06-02T09:30Z", state="on_hold")]

    waits = reading(pending, OFFICE, "2025-06-03T12:00Z", "resolution", 60)
    assert (waits.state, waits.due, waits.remaining) == ("paused", None, 30)
    assert set(waits.levels) == set()
    assert reading(held, OFFICE, "2025-06-03T12:00Z", "resolution", 60).state == "overdue"


def test_several_messages_in_a_row_do_not_move_the_next_answer():
    events = [
        opened("2025-06-02T09:00Z"),
        event("2025-06-02T09:10Z", "agent_reply", state="open"),
        event("2025-06-02T10:00Z", "customer_message"),
        event("2025-06-02T11:00Z", "customer_message"),
        event("2025-06-02T11:10Z", "note"),
        event("2025-06-02T11:20Z", "automatic_message"),
    ]

    found = reading(events, OFFICE, "2025-06-02T11:30Z", "next_reply", 60)

    assert (found.state, iso(found.due), found.number) == ("overdue", "2025-06-02T11:00:00.000Z", 1)
    answered = [*events, event("2025-06-02T12:00Z", "agent_reply")]
    assert reading(answered, OFFICE, "2025-06-02T12:30Z", "next_reply", 60).state == "missed"
    again = [*answered, event("2025-06-02T13:00Z", "customer_message")]
    anew = reading(again, OFFICE, "2025-06-02T13:30Z", "next_reply", 60)
    assert (anew.state, anew.number, iso(anew.due)) == ("active", 2, "2025-06-02T14:00:00.000Z")


def test_a_reopened_ticket_goes_on_with_what_was_left():
    events = [
        opened("2025-06-02T09:00Z"),
        event("2025-06-02T10:00Z", state="resolved"),
        event("2025-06-05T10:00Z", "customer_message", state="open"),
    ]

    found = reading(events, OFFICE, "2025-06-05T10:00Z", "resolution", 120)

    assert (found.state, found.number, iso(found.due)) == ("active", 2, "2025-06-05T11:00:00.000Z")
    assert reading(events, OFFICE, "2025-06-03T00:00Z", "resolution", 120).state == "met"


def test_spam_has_no_deadlines_until_it_turns_out_to_be_none():
    events = [opened("2025-06-02T09:00Z"), event("2025-06-02T09:30Z", state="spam")]

    assert reading(events, OFFICE, "2025-06-02T12:00Z", "resolution", 60).state == "void"
    back = [*events, event("2025-06-02T12:30Z", state="open")]
    assert reading(back, OFFICE, "2025-06-02T12:40Z", "resolution", 60).state == "overdue"


ZONES = ("UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe")
START = datetime(2025, 3, 7, 9, tzinfo=UTC)
"""A week-end before the clocks change in New York."""


def a_history(dice: random.Random, length: int) -> list[Happening]:
    at = START + timedelta(minutes=dice.randrange(0, 5_000))
    state = TicketState.NEW
    events = [Happening(millis(at), "opened", state, dice.choice(("normal", "urgent")))]
    for _ in range(length):
        at += timedelta(
            minutes=dice.choice((0, 1, 7, 45, 300, 1_000)), milliseconds=dice.randrange(9)
        )
        what = dice.randrange(6)
        to: TicketState | None = None
        if what == 0:
            kind, to = "customer_message", after_customer(state)
        elif what == 1:
            kind, to = "agent_reply", after_agent(state)
        elif what == 2:
            kind = "changed"
            events.append(
                Happening(millis(at), "changed", priority=dice.choice(("normal", "urgent")))
            )
            continue
        elif what == 3:
            kind = dice.choice(("note", "automatic_message"))
        else:
            kind = "changed"
            legal = [one for one in MOVES[state] if one is not TicketState.CLOSED]
            to = dice.choice(legal) if legal else None
        moved = to if to is not None and to is not state else None
        state = moved or state
        events.append(Happening(millis(at), kind, moved))  # type: ignore[arg-type]
    return events


def test_ten_thousand_histories_step_by_step_are_as_from_scratch():
    dice = random.Random(6)
    rules = policy(first_response=60, next_reply=45, resolution=960)
    hours = {
        zone: BusinessTime(calendar(zone, WORKDAYS, "09:00-12:00", "13:00-17:30")) for zone in ZONES
    }
    for number in range(10_000):
        events = a_history(dice, dice.randrange(1, 14))
        scale = hours[ZONES[number % len(ZONES)]]
        cut = dice.randrange(len(events))
        course = begun(events[0])
        for one in events[1 : cut + 1]:
            course = step(restored(stored(course), course.state, course.priority), one)
        as_of = instant_of(events[cut].at + dice.randrange(0, 600) * MINUTE_MS)

        assert course == followed(events[: cut + 1])
        assert read(course, rules, scale, as_of) == read(
            followed(events[: cut + 1]), rules, scale, as_of
        )


def test_what_is_read_agrees_with_counting_the_slow_way():
    """The first answer's and the solution's deadlines, by walking the calendar pause by pause."""
    dice = random.Random(7)
    rules = policy(first_response=60, next_reply=45, resolution=960)
    for number in range(150):
        of = calendar(ZONES[number % len(ZONES)], WORKDAYS, "09:00-12:00", "13:00-17:30")
        events = a_history(dice, dice.randrange(1, 12))
        as_of = instant_of(events[-1].at + dice.randrange(0, 600) * MINUTE_MS)
        found = clocks(events, rules, of, as_of)
        for clock in ("first_response", "resolution"):
            expected = _slowly(events, found[clock].target, of, as_of, clock)
            assert (found[clock].state, found[clock].due) == expected, (number, clock, events)


def _slowly(events, target, of, as_of, clock):
    """State and deadline by adding up the stretches in which the clock ran."""
    left, due, stopped, state = float(target), None, None, None
    until = [*events[1:], Happening(millis(as_of), "note")]
    state = events[0].state
    since = instant_of(events[0].at)
    for event in until:
        at = instant_of(event.at)
        standing = state in ("pending", "resolved", "closed")
        if due is None and not standing:
            part = business_minutes_between(of, since, at)
            if part >= left:
                due = add_business_minutes(of, since, left)
            left -= part
        since, before = at, state
        state = event.state or state
        ends = (
            state == "resolved"
            if clock == "resolution"
            else (state == "resolved" or event.kind == "agent_reply")
        )
        if ends and stopped is None:
            stopped = at
            if clock == "first_response":
                break
        if clock == "resolution" and before == "resolved" and state not in ("resolved", "spam"):
            stopped = None
    if stopped is not None:
        due = due or add_business_minutes(of, stopped, left)
        return ("met" if due is None or stopped <= due else "missed"), due
    if state == "spam":
        return "void", due or add_business_minutes(of, as_of, left)
    if due is not None and as_of > due:
        return "overdue", due
    if state == "pending":
        return "paused", due
    return "active", due if due else add_business_minutes(of, as_of, left)


def test_two_hundred_events_cost_less_than_a_millisecond_and_ten_bare_loops():
    dice = random.Random(8)
    events = a_history(dice, 199)
    rules = policy(first_response=60, next_reply=45, resolution=9_600)
    hours, as_of = BusinessTime(KATHMANDU), instant_of(events[-1].at)

    def bare() -> None:
        since: dict[str, int] = {}
        for one in events:
            since[one.kind] = since.get(one.kind, 0) + one.at - events[0].at

    def seconds(of: Callable[[], Any]) -> float:
        before = time.process_time()
        for _ in range(20):
            of()
        return (time.process_time() - before) / 20

    whole = min(seconds(lambda: read(followed(events), rules, hours, as_of)) for _ in range(20))
    loop = min(seconds(bare) for _ in range(20))

    assert whole < 0.001
    assert whole < 10 * loop
