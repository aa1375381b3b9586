"""The scale of business time says what walking from opening to opening says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.business_time import MINUTE_MS, BusinessTime, instant_of, millis
from shared.kernel.calendars import (
    BusinessCalendar,
    NoBusinessHours,
    add_business_minutes,
    business_minutes_between,
)
from tests.unit.kernel.test_calendars import OFFICE, calendars, instants, minutes

SPLIT = BusinessCalendar(zone="UTC", hours={"mon": ["09:00-10:00", "10:30-17:00"]})


@settings(max_examples=100, deadline=None)
@given(calendars(), instants, minutes, instants)
def test_it_agrees_with_the_walk_across_changes_of_offset(calendar, start, added, other):
    scale = BusinessTime(calendar)

    due = scale.added(millis(start), added * MINUTE_MS)

    assert instant_of(due) == add_business_minutes(calendar, start, added)
    assert scale.between(millis(start), millis(other)) / MINUTE_MS == business_minutes_between(
        calendar, start, other
    )


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(instants, min_size=2, max_size=8), minutes)
def test_what_was_asked_before_changes_no_answer(calendar, asked, added):
    used = BusinessTime(calendar)
    for one in asked:
        used.elapsed(millis(one))

    start = millis(asked[0])

    assert used.added(start, added * MINUTE_MS) == BusinessTime(calendar).added(
        start, added * MINUTE_MS
    )


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, minutes, minutes)
def test_adding_is_associative_and_monotone(calendar, start, first, second):
    scale, at = BusinessTime(calendar), millis(start)

    once = scale.added(at, (first + second) * MINUTE_MS)

    assert scale.added(scale.added(at, first * MINUTE_MS), second * MINUTE_MS) == once
    assert scale.added(at, first * MINUTE_MS) <= once
    assert scale.added(at, 0) == at


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(1, 3_000), st.integers(0, 5), st.integers(0, 40_000))
def test_a_pause_moves_the_deadline_by_the_business_time_it_took(
    calendar, start, target, after, lasts
):
    scale, at = BusinessTime(calendar), millis(start)
    paused = scale.added(at, min(after, target - 1) * MINUTE_MS)
    resumed = paused + lasts * MINUTE_MS

    left = target * MINUTE_MS - scale.between(at, paused)

    assert scale.added(resumed, left) == scale.added(
        at, target * MINUTE_MS + scale.between(paused, resumed)
    )


def test_a_deadline_on_closing_time_stays_there():
    scale = BusinessTime(OFFICE)
    friday = datetime(2025, 6, 6, 16, tzinfo=UTC)

    due = instant_of(scale.added(millis(friday), 60 * MINUTE_MS))

    assert due == friday + timedelta(hours=1)


def test_years_between_two_questions_are_laid_out():
    scale = BusinessTime(SPLIT)
    early, late = datetime(2019, 1, 7, 9, tzinfo=UTC), datetime(2025, 6, 2, 9, tzinfo=UTC)

    scale.elapsed(millis(late))

    assert scale.between(millis(early), millis(early) + 120 * MINUTE_MS) == 90 * MINUTE_MS
    assert scale.between(millis(early), millis(late)) == 334 * 450 * MINUTE_MS


def test_a_calendar_that_never_opens_has_no_deadlines():
    with pytest.raises(NoBusinessHours):
        BusinessTime(BusinessCalendar(zone="UTC", hours={})).added(0, 1)
