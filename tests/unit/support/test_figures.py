"""What tickets count as, and what is told of many (row V11)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.support.figures.counting import Place, difference
from shared.support.figures.durations import counted_as, mean, median, percentile
from shared.support.figures.report import Kept, report_of

MINUTE = 60_000


def test_the_middle_of_an_even_number_lies_half_way_and_the_ninetieth_is_the_nearest_rank():
    days = {10: 1, 20: 1, 30: 1, 90: 1}

    assert (median(days), percentile(days, 90)) == (25, 90)
    assert (median({30: 1, 270: 1}), mean(300 * MINUTE, 2)) == (150, 150)
    assert percentile(dict.fromkeys(range(1, 11), 1), 90) == 9
    assert (median({}), percentile({}, 90), mean(0, 0)) == (None, None, None)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=60), st.integers(1, 100))
def test_up_to_a_thousand_minutes_what_is_told_of_many_is_exact(minutes, percent):
    counts: dict[int, int] = {}
    for one in minutes:
        counts[counted_as(one * MINUTE)] = counts.get(counted_as(one * MINUTE), 0) + 1

    ordered = sorted(minutes)
    rank = next(n for n in range(1, len(ordered) + 1) if n * 100 >= percent * len(ordered))
    assert percentile(counts, percent) == ordered[rank - 1]


@given(st.integers(0, 10**12))
def test_beyond_that_it_is_half_a_percent_off_at_most(milliseconds):
    exact = milliseconds / MINUTE

    assert abs(counted_as(milliseconds) - exact) <= max(0.5, exact * 0.0051)


PLACES = st.sampled_from([Place("all", "2025-06-02", "-"), Place("agent", "now", "mina")])
COUNTS = st.dictionaries(
    PLACES, st.dictionaries(st.sampled_from(["opened", "first_7"]), st.integers(1, 5))
)


@given(COUNTS, COUNTS)
def test_what_is_added_to_what_was_counted_makes_what_counts_now(before, after):
    changes = difference(before, after)

    for place in {*before, *after}:
        for name in ("opened", "first_7"):
            was = before.get(place, {}).get(name, 0)
            moved = changes.get(place, {}).get(name, 0)
            assert was + moved == after.get(place, {}).get(name, 0)
    assert difference(after, after) == {}


def day(number, **figures):
    return (f"2025-06-{number:02d}", "-", figures)


def test_what_was_left_at_the_end_of_a_day_follows_from_what_is_left_now():
    together = [
        day(2, opened=5, resolution_count=1),
        day(4, opened=1, resolution_count=3),
        day(6, opened=2),
    ]
    today = date(2025, 6, 6)
    kept = Kept(today=today, together=together, present={"backlog": 4, "with_us": 3, "pending": 1})

    found = report_of(date(2025, 6, 2), date(2025, 6, 5), "day", kept, {})

    assert [one.backlog for one in found.days] == [4, 4, 2, 2]
    assert [row.backlog for row in found.rows] == [4, 4, 2, 2]
    assert (found.total.opened, found.total.resolved, found.total.backlog) == (6, 4, 4)


@pytest.mark.parametrize(("earlier", "trend"), [(2, 100.0), (8, -50.0), (0, None)])
def test_a_topic_is_compared_with_as_many_days_before(earlier, trend):
    rows = [("2025-06-03", "broken", {"opened": 4})]
    if earlier:
        rows.insert(0, ("2025-06-01", "broken", {"opened": earlier}))

    kept = Kept(today=date(2025, 6, 3), together=[], present={}, grouped=rows)
    (row,) = report_of(date(2025, 6, 2), date(2025, 6, 3), "topic", kept, {}).rows

    assert (row.key, row.opened, row.opened_before, row.trend_percent) == (
        "broken",
        4,
        earlier,
        trend,
    )
