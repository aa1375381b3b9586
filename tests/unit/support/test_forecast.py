"""Which tickets will be late today (row X6): a pure function of what is due and who works."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.support.figures.forecast import AtWork, Due, at_work, forecast
from tests.staffing import person

NOW = datetime(2025, 6, 2, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def at(hour, minute=0):
    return NOW.replace(hour=hour, minute=minute)


def due(name, hour, minute=0, owner=None):
    return Due(name, at(hour, minute), "first_response", owner)


def working(name, *shifts):
    return AtWork(name, tuple(shifts), "at_work" if shifts else "off_hours")


ALL_DAY = (at(9), at(17))


def said(found):
    return [(one.ticket.ticket_id, one.verdict, one.reason, one.agent, one.before) for one in found]


def test_one_agent_does_what_is_due_first_and_comes_too_late_for_the_third():
    tickets = [due("c", 9, 40), due("a", 9, 20), due("b", 9, 30)]

    found = forecast(tickets, [working("mina", ALL_DAY)], {}, QUARTER, NOW)

    assert said(found) == [
        ("a", "in_time", "time_enough", "mina", 0),
        ("b", "in_time", "time_enough", "mina", 1),
        ("c", "will_breach", "too_much_before", "mina", 2),
    ]
    assert found[2].done_at == at(9, 45)


def test_a_second_agent_is_all_it_needs():
    tickets = [due("c", 9, 40), due("a", 9, 20), due("b", 9, 30)]
    team = [working("mina", ALL_DAY), working("tara", ALL_DAY)]

    assert {one.verdict for one in forecast(tickets, team, {}, QUARTER, NOW)} == {"in_time"}


def test_what_somebody_has_waits_for_them_whoever_else_is_free():
    tara = AtWork("tara", (), "on_leave")
    omar = working("omar", (at(14), at(17)))
    gone = AtWork("gone", (), "gone")
    owners = {one.staff_id: one for one in (tara, omar, gone)}
    tickets = [
        due("of-tara", 12, owner="tara"),
        due("of-omar", 13, owner="omar"),
        due("of-gone", 13, 1, owner="gone"),
        due("of-whom", 13, 2, owner="whom"),
    ]

    found = forecast(tickets, [working("mina", ALL_DAY)], owners, QUARTER, NOW)

    assert [(one.verdict, one.reason) for one in found] == [
        ("will_breach", "owner_on_leave"),
        ("will_breach", "begins_too_late"),
        ("will_breach", "owner_gone"),
        ("will_breach", "owner_gone"),
    ]


def test_nobody_at_work_an_overdue_one_and_one_due_sooner_than_it_can_be_done():
    nobody = forecast([due("a", 12)], [working("mina")], {}, QUARTER, NOW)
    busy = forecast([due("late", 8), due("soon", 9, 10)], [working("m", ALL_DAY)], {}, QUARTER, NOW)
    full = forecast(
        [due("a", 9, 15), due("b", 12)], [working("m", (at(9), at(9, 20)))], {}, QUARTER, NOW
    )

    assert said(nobody) == [("a", "will_breach", "nobody_at_work", None, 0)]
    assert [(one.verdict, one.reason) for one in busy] == [
        ("breached", "overdue"),
        ("will_breach", "too_short"),
    ]
    assert said(full)[1] == ("b", "will_breach", "too_much_before", None, 0)


@pytest.mark.parametrize(
    ("leave", "disabled", "standing", "minutes"),
    [
        ((), False, "at_work", 405),
        ([{"from": "2025-06-02", "to": "2025-06-02"}], False, "on_leave", 0),
        ((), True, "gone", 0),
    ],
)
def test_who_works_how_long_follows_from_hours_and_leave(leave, disabled, standing, minutes):
    # Ten to five in Kathmandu, of which it is 10:15.
    one = person("mina", leave=leave, disabled=disabled)
    now = datetime(2025, 6, 2, 4, 30, tzinfo=UTC)

    found = at_work(one, now, datetime(2025, 6, 2, 18, 15, tzinfo=UTC))

    assert found.standing == standing
    assert sum((b - a) // timedelta(minutes=1) for a, b in found.shifts) == minutes


MINUTES = st.integers(0, 8 * 60)


@given(st.lists(MINUTES, max_size=30), st.integers(1, 60), st.integers(0, 4))
def test_more_people_never_make_it_worse_and_nobody_does_two_at_once(dues, effort, people):
    tickets = [Due(str(n), NOW + timedelta(minutes=one), "", None) for n, one in enumerate(dues)]
    took = timedelta(minutes=effort)
    team = [working(f"m{n}", ALL_DAY) for n in range(people + 1)]

    fewer = forecast(tickets, team[:-1], {}, took, NOW)
    more = forecast(tickets, team, {}, took, NOW)

    late = [sum(one.verdict == "will_breach" for one in found) for found in (fewer, more)]
    assert late[1] <= late[0]
    for one in team:
        ends = sorted(x.done_at for x in more if x.agent == one.staff_id and x.done_at)
        assert all(b - a >= took for a, b in pairwise(ends))
