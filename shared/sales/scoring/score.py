"""What a state is worth at an instant: a pure function of ledger, rules and time.

Engagement is listed by rule and age, because points of one age have one factor. A rule's points
are rounded once, to two decimals, half up, and what that leaves over passes from line to line: the
counted points of the lines sum to the score to the cent, and no points grow by waiting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from .decay import ONE, Age, age_of
from .rules import BehaviourRule, Group, ProfileRule, RuleSet, Side
from .state import Bucket, ScoreState

CENT: Final = Decimal("0.01")

_Known = dict[str, BehaviourRule | ProfileRule]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score. `points` are all `count` awards' before decay; `counted` is
    `points * factor`, rounded: to the nearest cent where a rule has one line, within a cent where
    it has several.

    `rule` is `None` on a line that takes off what is beyond a group's cap. `days`, the whole days
    since the awards, is given where points decay. `group` is `None` when the rule is no longer
    among the rules.
    """

    rule: str | None
    label: str
    side: Side
    group: str | None
    days: int | None
    count: int
    points: Decimal
    factor: Decimal
    counted: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """A lead's points, and the lines they are the sum of."""

    fit: Decimal
    engagement: Decimal
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """Fit and engagement together: what is compared with the threshold."""
        return self.fit + self.engagement


def evaluate(state: ScoreState, rules: RuleSet, at: datetime) -> Score:
    """The score of `state` by `rules` at `at`."""
    known: _Known = {rule.id: rule for rule in rules.behaviour}
    known |= {rule.id: rule for rule in rules.profile}
    lines = [
        *(_fit_line(rule, points, known) for rule, points in sorted(state.profile.items())),
        *_engagement_lines(state, known, at),
    ]
    lines += _cap_lines(rules.groups, lines)
    return Score(_sum(lines, "fit"), _sum(lines, "engagement"), tuple(lines))


def reached(score: Score, rules: RuleSet) -> bool:
    """Whether the points make a lead ready for sales. Exactly the threshold is enough."""
    return score.total >= rules.threshold


def text(points: Decimal) -> str:
    """Points as shown: two decimals."""
    return str(rounded(points))


def rounded(points: Decimal) -> Decimal:
    """Points to two decimals, half up."""
    return points.quantize(CENT, ROUND_HALF_UP)


def _fit_line(rule: str, points: Decimal, known: _Known) -> Line:
    label, group = _named(rule, known)
    return Line(rule, label, "fit", group, None, 1, points, ONE, rounded(points))


def _engagement_lines(state: ScoreState, known: _Known, at: datetime) -> list[Line]:
    return [
        line
        for rule, buckets in sorted(state.buckets.items())
        for line in _rule_lines(rule, _by_age(buckets, at), known)
    ]


def _rule_lines(rule: str, by_age: dict[Age | None, Bucket], known: _Known) -> Iterator[Line]:
    """A line for each age, the oldest points first; what has decayed to nothing has none."""
    label, group = _named(rule, known)
    exact = listed = Decimal(0)
    for age in sorted(by_age, key=lambda one: (one is None, -one.days if one else 0, one or ())):
        points, times = by_age[age]
        factor = age.factor if age else ONE
        if factor:
            exact += points * factor
            counted = rounded(exact) - listed
            listed += counted
            days = age.days if age else None
            yield Line(rule, label, "engagement", group, days, times, points, factor, counted)


def _by_age(buckets: Mapping[str, Bucket], at: datetime) -> dict[Age | None, Bucket]:
    ages: dict[Age | None, Bucket] = {}
    for name, bucket in buckets.items():
        age = age_of(name, at)
        points, times = ages.get(age, Bucket(Decimal(0), 0))
        ages[age] = Bucket(points + bucket.points, times + bucket.times)
    return ages


def _named(rule: str, known: _Known) -> tuple[str, str | None]:
    found = known.get(rule)
    return (found.label or rule, found.group) if found else (rule, None)


def _cap_lines(groups: list[Group], lines: list[Line]) -> list[Line]:
    caps: list[Line] = []
    for group in groups:
        counted = sum((one.counted for one in lines if one.group == group.id), Decimal(0))
        if group.cap is not None and counted > group.cap:
            over = rounded(group.cap) - counted
            label = f"Beyond the cap of {group.label or group.id}"
            caps.append(Line(None, label, group.side, group.id, None, 1, over, ONE, over))
    return caps


def _sum(lines: list[Line], side: Side) -> Decimal:
    return sum((line.counted for line in lines if line.side == side), Decimal("0.00"))
