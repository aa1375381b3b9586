"""Whether one variant is better than the others, or it may be chance. Pure.

Two-proportion z-test, pooled and two-sided (e.g. Agresti, "Categorical Data Analysis", 2013,
section 3.2): z = (p2 - p1) / sqrt(p (1 - p) (1/n1 + 1/n2)) with p = (x1 + x2) / (n1 + n2). Of more
than two variants the best is compared with each other one, and the largest p counts as often as
there are comparisons (Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from .model import Arm


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best variant, how it compares with the one it is closest to, and whether it is better
    with the confidence asked for. Of equals the first one is `best`."""

    best: str
    z: float
    p: float
    significant: bool


def compared(one: Arm, other: Arm) -> tuple[float, float]:
    """z and p of the second against the first; (0, 1) where nothing can be said."""
    if not (one.sent and other.sent):
        return 0.0, 1.0
    pooled = (one.reached + other.reached) / (one.sent + other.sent)
    spread = sqrt(pooled * (1 - pooled) * (1 / one.sent + 1 / other.sent))
    if spread == 0:
        return 0.0, 1.0
    z = (other.rate - one.rate) / spread
    return z, 2 * (1 - NormalDist().cdf(abs(z)))


def verdict_on(arms: Sequence[Arm], confidence: float) -> Verdict:
    """Which of two or more variants is best, and whether that is no chance."""
    best = max(arms, key=lambda one: one.rate)
    others = [one for one in arms if one is not best]
    z, p = max((compared(one, best) for one in others), key=lambda found: found[1])
    p = min(1.0, p * len(others))
    return Verdict(best.name, z, p, p < 1 - confidence)
