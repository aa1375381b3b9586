"""What a state is worth at an instant: a pure function of ledger, rules and time.

Decay is exponential: after n whole days points count `0.5 ** (n / half_life)` of what they were
given for, n being the difference of the UTC dates. Factors are rounded to six decimals (0 after
some 20 half-lives) and counted points to two, both half up, and exactly what is listed is what
is added: the counted points of the lines sum to the score.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from .rules import BehaviourRule, Group, ProfileRule, RuleSet, Side
from .state import LASTING, Bucket, ScoreState

CENT: Final = Decimal("0.01")
_FACTOR: Final = Decimal("0.000001")
ONE: Final = Decimal(1)

_Known = dict[str, BehaviourRule | ProfileRule]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a score. `points` are all `count` awards' before decay; `counted` is
    `points * factor`, rounded.

    `rule` is `None` on a line that takes off what is beyond a group's cap. `day` is given where
    points decay. `group` is `None` when the rule is no longer among the rules.
    """

    rule: str | None
    label: str
    side: Side
    group: str | None
    day: str | None
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
        *_engagement_lines(state, known, at.date()),
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


@lru_cache(maxsize=4096)
def factor_after(days: int, half_life_days: int) -> Decimal:
    """What is left of a point after so many whole days. Nothing decays before its time."""
    if days <= 0:
        return ONE
    exponent = Decimal(days) / Decimal(half_life_days)
    return (Decimal("0.5") ** exponent).quantize(_FACTOR, ROUND_HALF_UP)


def compact(state: ScoreState, at: datetime) -> None:
    """Drop the buckets whose factor has become 0: they never count again."""
    for rule, buckets in list(state.buckets.items()):
        live = {name: one for name, one in buckets.items() if _age(name, at.date())[1]}
        if live:
            state.buckets[rule] = live
        else:
            del state.buckets[rule]


def _fit_line(rule: str, points: Decimal, known: _Known) -> Line:
    label, group = _named(rule, known)
    return Line(rule, label, "fit", group, None, 1, points, ONE, rounded(points))


def _engagement_lines(state: ScoreState, known: _Known, today: date) -> list[Line]:
    lines: list[Line] = []
    for rule, buckets in sorted(state.buckets.items()):
        label, group = _named(rule, known)
        for name, bucket in sorted(buckets.items()):
            lines.append(_engagement_line(rule, label, group, name, bucket, today))
    return lines


def _engagement_line(
    rule: str, label: str, group: str | None, name: str, bucket: Bucket, today: date
) -> Line:
    day, factor = _age(name, today)
    counted = rounded(bucket.points * factor)
    return Line(rule, label, "engagement", group, day, bucket.times, bucket.points, factor, counted)


def _age(bucket: str, today: date) -> tuple[str | None, Decimal]:
    """The day of a bucket and what is left of its points."""
    if bucket == LASTING:
        return None, ONE
    half_life, _, day = bucket.partition(":")
    return day, factor_after((today - date.fromisoformat(day)).days, int(half_life))


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
