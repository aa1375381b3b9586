"""Durations counted so that they can be added up: how many took how long. Pure.

Up to a thousand minutes each whole minute is counted by itself, beyond that three digits are kept:
a value told of many is at most half a percent off, and exact up to two working days. Sums, and so
means, are kept beside and are exact.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

MINUTE_MS: Final = 60_000
_DIGITS: Final = 3


def counted_as(milliseconds: int) -> int:
    """The minutes a duration is counted under."""
    minutes = (max(milliseconds, 0) + MINUTE_MS // 2) // MINUTE_MS
    step: int = 10 ** max(len(str(minutes)) - _DIGITS, 0)
    return (minutes + step // 2) // step * step


def mean(total_ms: int, number: int) -> float | None:
    """Minutes on average, rounded to hundredths."""
    return None if not number else rounded(Fraction(total_ms, number * MINUTE_MS))


def median(counts: Mapping[int, int]) -> float | None:
    """The minutes in the middle, or half-way between the two in the middle."""
    number = sum(counts.values())
    if not number:
        return None
    low, high = _at(counts, (number + 1) // 2), _at(counts, number // 2 + 1)
    return rounded(Fraction(low + high, 2))


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The nearest rank: the least of the durations that at least `percent` of them do not
    exceed."""
    number = sum(counts.values())
    return _at(counts, max(-(-number * percent // 100), 1)) if number else None


def share(part: int, whole: int) -> float | None:
    """In percent, rounded to hundredths; `None` of nothing."""
    return None if not whole else rounded(Fraction(100 * part, whole))


def rounded(value: Fraction) -> float:
    """To hundredths, halves up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def _at(counts: Mapping[int, int], rank: int) -> int:
    """The duration that is the `rank`th, counted from one, when they stand in order."""
    passed = 0
    for minutes in sorted(counts):
        passed += counts[minutes]
        if passed >= rank:
            return minutes
    raise ValueError("there are not so many")
