"""Not more leaves than comes in, however many take at the same time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.marketing.sending.throttle import BURST, PATIENCE, taken
from tests.fake_clock import NOW


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 50)), min_size=1, max_size=30),
    st.sampled_from([0.5, 1, 3, 14, 200, 10_000]),
)
def test_in_no_second_more_leaves_than_the_rate(
    asked: list[tuple[float, int]], rate: float
) -> None:
    left, free_at, at = [], None, NOW
    for pause, wanted in asked:
        at += timedelta(seconds=pause)
        pace = taken(free_at, wanted, rate, at)
        # Whoever is late sends when they can, and not before.
        left += [max(at, pace.at(number)) for number in range(pace.count)]
        free_at = pace.at(pace.count)
        assert pace.count <= wanted
        assert all(one <= at + PATIENCE for one in left)

    left.sort()
    most = rate * (1 + BURST.total_seconds()) + 1.001
    for number, one in enumerate(left):
        within = [other for other in left[number:] if other < one + timedelta(seconds=1)]
        assert len(within) <= most


@pytest.mark.parametrize(
    ("ahead", "wanted", "count", "wait"),
    [
        (None, 50, 50, -0.1),
        (-3600, 50, 50, -0.1),
        (5, 50, 50, 5),
        (38, 50, 20, 38),
        (40, 50, 0, 40),
        (99, 1, 0, 99),
        # Nobody takes so far ahead: a clock was wrong, and mails must not wait for it.
        (101, 1, 1, -0.1),
        (1e8, 50, 50, -0.1),
    ],
)
def test_whoever_comes_late_gets_what_comes_in_soon(
    ahead: float | None, wanted: int, count: int, wait: float
) -> None:
    free_at = None if ahead is None else NOW + timedelta(seconds=ahead)

    pace = taken(free_at, wanted, 10, NOW)

    assert pace.count == count
    assert pace.at(0) == NOW + timedelta(seconds=wait)
