"""Business hours: the numbers of row V3, daylight saving, and what holds for every calendar."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.kernel.calendars import (
    BusinessCalendar,
    NoBusinessHours,
    add_business_minutes,
    business_minutes_between,
    is_open,
    local_instant,
    zone_of,
)
from shared.kernel.clock import iso, parse_instant

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def open_on(days, *intervals):
    return {day: list(intervals) for day in days}


OFFICE = BusinessCalendar(zone="UTC", hours=open_on(WORKDAYS, "09:00-17:00"))
KATHMANDU = BusinessCalendar(
    zone="Asia/Kathmandu",
    hours=open_on(("sun", *WORKDAYS), "10:00-17:00"),
)
ALWAYS = BusinessCalendar(
    zone="America/New_York",
    hours=open_on((*WORKDAYS, "sat", "sun"), "00:00-24:00"),
)


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "due"),
    [
        # Row V3: Friday 16:30, 60 minutes, Mon-Fri 9-17.
        (OFFICE, "2025-06-06T16:30Z", 60, "2025-06-09T09:30:00.000Z"),
        (KATHMANDU, "2025-06-06T16:30+05:45", 60, "2025-06-08T04:45:00.000Z"),
        # A deadline exactly on closing time stays at closing time.
        (OFFICE, "2025-06-06T16:00Z", 60, "2025-06-06T17:00:00.000Z"),
        # Row M13: handed over Friday 15:00 in Kathmandu, four hours.
        (KATHMANDU, "2025-06-06T15:00+05:45", 240, "2025-06-08T06:15:00.000Z"),
        # Row V4: warn, breach and manager.
        (OFFICE, "2025-06-06T16:30Z", 45, "2025-06-09T09:15:00.000Z"),
        (OFFICE, "2025-06-06T16:30Z", 120, "2025-06-09T10:30:00.000Z"),
        # From a closed Saturday the clock starts on Sunday.
        (KATHMANDU, "2025-06-07T12:00+05:45", 1, "2025-06-08T04:16:00.000Z"),
        (OFFICE, "2025-06-07T12:00Z", 0, "2025-06-07T12:00:00.000Z"),
    ],
)
def test_a_deadline_falls_where_the_business_clock_says(calendar, start, minutes, due):
    assert iso(add_business_minutes(calendar, parse_instant(start), minutes)) == due


def test_a_pause_moves_the_deadline_by_the_business_time_it_took():
    calendar = BusinessCalendar(zone="UTC", hours={"mon": ["09:00-10:00", "10:30-17:00"]})
    created, paused, resumed = (
        datetime(2025, 6, 2, 9, minute, tzinfo=UTC) for minute in (0, 30, 45)
    )

    used = business_minutes_between(calendar, created, paused)

    assert add_business_minutes(calendar, resumed, 120 - used) == datetime(
        2025, 6, 2, 11, 45, tzinfo=UTC
    )


def test_the_day_that_lacks_an_hour_has_23_business_hours_when_always_open():
    start = local_instant(date(2025, 3, 9), 0, zone_of("America/New_York"))
    end = local_instant(date(2025, 3, 10), 0, zone_of("America/New_York"))

    assert business_minutes_between(ALWAYS, start, end) == 23 * 60
    assert add_business_minutes(ALWAYS, start, 23 * 60) == end


def test_the_day_that_repeats_an_hour_has_25_business_hours_when_always_open():
    start = local_instant(date(2025, 11, 2), 0, zone_of("America/New_York"))
    end = local_instant(date(2025, 11, 3), 0, zone_of("America/New_York"))

    assert business_minutes_between(ALWAYS, start, end) == 25 * 60


def test_a_skipped_opening_time_opens_when_the_clock_jumps():
    night = BusinessCalendar(zone="America/New_York", hours={"sun": ["02:15-02:45", "02:45-04:00"]})

    due = add_business_minutes(night, datetime(2025, 3, 9, 5, tzinfo=UTC), 10)

    assert iso(due) == "2025-03-09T07:10:00.000Z"


def test_a_repeated_closing_time_closes_the_first_time():
    night = BusinessCalendar(zone="America/New_York", hours={"sun": ["00:00-01:30"]})

    minutes = business_minutes_between(
        night, datetime(2025, 11, 2, 4, tzinfo=UTC), datetime(2025, 11, 2, 9, tzinfo=UTC)
    )

    assert minutes == 90


def test_a_date_that_a_zone_never_had_has_no_hours():
    apia = BusinessCalendar(
        zone="Pacific/Apia", hours=open_on((*WORKDAYS, "sat", "sun"), "00:00-24:00")
    )
    start = local_instant(date(2011, 12, 29), 0, zone_of("Pacific/Apia"))
    end = local_instant(date(2011, 12, 31), 0, zone_of("Pacific/Apia"))

    assert business_minutes_between(apia, start, end) == 24 * 60


def test_a_holiday_is_closed():
    calendar = OFFICE.model_copy(update={"holidays": frozenset({date(2025, 6, 9)})})

    due = add_business_minutes(calendar, datetime(2025, 6, 6, 16, 30, tzinfo=UTC), 60)

    assert iso(due) == "2025-06-10T09:30:00.000Z"


def test_a_calendar_without_hours_has_no_deadlines():
    with pytest.raises(NoBusinessHours):
        add_business_minutes(
            BusinessCalendar(zone="UTC", hours={}), datetime(2025, 6, 6, tzinfo=UTC), 1
        )


def test_opening_is_part_of_the_hours_and_closing_is_not():
    assert is_open(OFFICE, datetime(2025, 6, 6, 9, tzinfo=UTC))
    assert not is_open(OFFICE, datetime(2025, 6, 6, 17, tzinfo=UTC))
    assert not is_open(OFFICE, datetime(2025, 6, 6, 8, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    "hours",
    [["17:00-09:00"], ["9-17"], ["09:00-24:01"], ["09:00-12:00", "11:00-13:00"], ["09:60-10:00"]],
)
def test_hours_that_make_no_sense_are_refused(hours):
    with pytest.raises(ValidationError):
        BusinessCalendar(zone="UTC", hours={"mon": hours})


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_zone_nobody_knows_is_refused(zone):
    with pytest.raises(ValidationError):
        BusinessCalendar(zone=zone, hours={})


def test_a_calendar_survives_json():
    calendar = KATHMANDU.model_copy(update={"holidays": frozenset({date(2025, 10, 20)})})

    assert BusinessCalendar.model_validate_json(calendar.model_dump_json()) == calendar
    assert calendar.model_dump(mode="json")["hours"]["sun"] == ["10:00-17:00"]


zones = st.sampled_from(
    ("UTC", "Asia/Kathmandu", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")
)
times = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def calendars(draw):
    hours = {}
    for day in draw(st.sets(st.sampled_from((*WORKDAYS, "sat", "sun")), min_size=1)):
        quarters = draw(times)
        hours[day] = [
            f"{a // 4:02d}:{a % 4 * 15:02d}-{b // 4:02d}:{b % 4 * 15:02d}"
            for i, (a, b) in enumerate(pairwise(quarters))
            if i % 2 == 0
        ]
    return BusinessCalendar(zone=draw(zones), hours=hours)


# The weeks around the changes of offset in spring and autumn.
instants = st.builds(
    lambda base, seconds: base + timedelta(seconds=seconds),
    st.sampled_from((datetime(2025, 3, 7, tzinfo=UTC), datetime(2025, 10, 24, tzinfo=UTC))),
    st.integers(0, 30 * 86_400),
)
minutes = st.integers(0, 3_000)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, minutes)
def test_the_time_between_is_what_was_added(calendar, start, added):
    due = add_business_minutes(calendar, start, added)

    assert business_minutes_between(calendar, start, due) == added
    assert business_minutes_between(calendar, due, start) == -added


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, minutes, minutes)
def test_adding_in_two_steps_is_adding_at_once(calendar, start, first, second):
    at_once = add_business_minutes(calendar, start, first + second)

    in_two = add_business_minutes(calendar, add_business_minutes(calendar, start, first), second)

    assert in_two == at_once


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(0, 100_000), minutes, minutes)
def test_a_later_start_or_a_longer_time_is_never_due_earlier(calendar, start, later, a, b):
    shorter, longer = sorted((a, b))
    due = add_business_minutes(calendar, start, shorter)

    assert add_business_minutes(calendar, start, longer) >= due
    assert add_business_minutes(calendar, start + timedelta(seconds=later), shorter) >= due
