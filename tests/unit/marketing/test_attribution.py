"""Sharing what people bought among the campaigns that led to it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.marketing.attribution.models import MODELS, Model, shares
from shared.marketing.reports.report import roi

NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
FOUR = [NOW - timedelta(days=days) for days in (20, 14, 7, 1)]


def before(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=one) for one in days]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", [10_000, 0, 0, 0]),
        ("last", [0, 0, 0, 10_000]),
        ("linear", [2_500, 2_500, 2_500, 2_500]),
        ("position", [4_000, 1_000, 1_000, 4_000]),
    ],
)
def test_ten_thousand_over_four_touches(model: Model, expected: list[int]) -> None:
    assert shares(model, 10_000, FOUR, NOW) == expected
    assert shares(model, 10_000, FOUR[::-1], NOW) == expected[::-1]


def test_touches_0_7_and_14_days_before_with_a_half_life_of_a_week() -> None:
    assert shares("time_decay", 1_000_000, before(0, 7, 14), NOW) == [571_429, 285_714, 142_857]
    assert shares("time_decay", 10_000, before(0, 7, 14), NOW) == [5_714, 2_857, 1_429]


def test_cost_500_and_revenue_2000_are_a_return_of_300_percent() -> None:
    assert roi(500, 2_000) == 300
    assert roi(300, 100) == -66.67
    assert roi(0, 100) is None


def test_one_touch_gets_all_and_two_by_position_half_each() -> None:
    assert {tuple(shares(model, 999, before(3), NOW)) for model in MODELS} == {(999,)}
    assert shares("position", 101, before(2, 1), NOW) == [50, 51]
    assert shares("linear", 100, [], NOW) == []


def test_what_is_given_back_takes_back_what_was_shared() -> None:
    for model in MODELS:
        given, back = (shares(model, amount, FOUR, NOW) for amount in (9_999, -9_999))
        assert [one + other for one, other in zip(given, back, strict=True)] == [0, 0, 0, 0]


@given(
    st.sampled_from(MODELS),
    st.integers(-(10**12), 10**12),
    st.lists(st.floats(0, 3_000), min_size=1, max_size=40),
    st.floats(0.1, 400),
)
def test_shares_always_add_up_and_lie_on_one_side(
    model: Model, amount: int, days: list[float], half_life: float
) -> None:
    found = shares(model, amount, before(*days), NOW, timedelta(days=half_life))

    assert sum(found) == amount
    assert all(one * amount >= 0 for one in found)


@given(st.lists(st.floats(0, 300), min_size=2, max_size=20), st.integers(0, 10**9))
def test_by_decay_a_later_touch_never_gets_less_but_for_rounding(
    days: list[float], amount: int
) -> None:
    ordered = sorted(days, reverse=True)

    found = shares("time_decay", amount, before(*ordered), NOW)

    assert all(one <= other + 1 for one, other in pairwise(found))
