"""The instants a chart of a score has: when points changed, never too many, from first to last."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.kernel.clock import iso
from shared.sales.scoring.course import POINTS_AT_MOST, course
from shared.sales.scoring.ledger import Award, Entry
from shared.sales.scoring.rules import RuleSet

SINCE = datetime(2025, 6, 1, tzinfo=UTC)
NOW = SINCE + timedelta(days=30)
RULES = RuleSet(threshold=Decimal(100), groups=[])


def visit(number: int, half_life: int | None = None) -> Entry:
    at = SINCE + timedelta(hours=number + 1)
    award = Award("pricing", Decimal(10), half_life)
    return Entry("award", f"e{number}", iso(at), iso(at), 1, awards=(award,))


def test_each_change_is_a_point_and_now_is_the_last() -> None:
    points = course([visit(1), visit(0)], SINCE, NOW, RULES)

    assert [one.total for one in points] == [0, 10, 20, 20]
    assert (points[0].at, points[-1].at) == (int(SINCE.timestamp()), int(NOW.timestamp()))


def test_points_that_decay_are_drawn_in_between() -> None:
    points = course([visit(0, 30)], SINCE, NOW, RULES)

    totals = [one.total for one in points]
    assert totals[0] == 0
    assert totals[1:] == sorted(totals[1:], reverse=True)
    assert len(set(totals)) > POINTS_AT_MOST // 3


@pytest.mark.parametrize("half_life", [None, 30])
@pytest.mark.parametrize("count", [0, 1, 29, 30, 31, 500])
def test_there_are_never_many_and_each_comes_after_the_one_before(
    count: int, half_life: int | None
) -> None:
    points = course([visit(one, half_life) for one in range(count)], SINCE, NOW, RULES)

    instants = [one.at for one in points]
    assert len(instants) <= POINTS_AT_MOST + 2
    assert instants == sorted(set(instants))


def test_a_lead_of_this_very_second_has_one_point() -> None:
    assert len(course([], NOW, NOW, RULES)) == 1
