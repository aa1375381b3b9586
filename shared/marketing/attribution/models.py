"""Sharing an amount among the touches that led to it, by five models (row M18). Pure.

Shares are whole minor units and add up to the amount exactly: what rounding down leaves goes to
the largest remainders, of equal ones to the later touch (largest remainder method: A. Hamilton,
1792). Of two touches of the same instant the order given stands.

| model | share |
|---|---|
| `first`, `last` | all of it to the first or the last touch |
| `linear` | the same to each |
| `position` | 40 % to the first and to the last, 20 % among those between; of two 50 % each |
| `time_decay` | half as much for each half-life between the touch and what it led to |
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final, Literal, get_args

Model = Literal["first", "last", "linear", "position", "time_decay"]
MODELS: Final[tuple[Model, ...]] = get_args(Model)

HALF_LIFE: Final = timedelta(days=7)
_ENDS: Final = Fraction(40, 100)


def shares(
    model: Model,
    amount: int,
    touches: Sequence[datetime],
    at: datetime,
    half_life: timedelta = HALF_LIFE,
) -> list[int]:
    """How much of `amount` each touch gets, in the order given; none without touches. What is
    given back (an amount below zero) is shared alike."""
    if not touches:
        return []
    order = sorted(range(len(touches)), key=lambda n: touches[n])
    sorted_touches = [touches[n] for n in order]
    weights = _WEIGHTS[model](sorted_touches, at, half_life)
    found = [0] * len(touches)
    for place, share in zip(order, _divided(abs(amount), weights), strict=True):
        found[place] = share if amount >= 0 else -share
    return found


def _first(touches: Sequence[datetime], *_: object) -> list[Fraction]:
    return [Fraction(n == 0) for n in range(len(touches))]


def _last(touches: Sequence[datetime], *_: object) -> list[Fraction]:
    return [Fraction(n == len(touches) - 1) for n in range(len(touches))]


def _linear(touches: Sequence[datetime], *_: object) -> list[Fraction]:
    return [Fraction(1)] * len(touches)


def _position(touches: Sequence[datetime], *_: object) -> list[Fraction]:
    count = len(touches)
    if count <= 2:
        return [Fraction(1)] * count
    between = (1 - 2 * _ENDS) / (count - 2)
    return [_ENDS, *([between] * (count - 2)), _ENDS]


def _time_decay(touches: Sequence[datetime], at: datetime, half_life: timedelta) -> list[Fraction]:
    ages = [max(at - one, timedelta()) / half_life for one in touches]
    # From the youngest on, so that very old ones are small and not all of them nothing.
    youngest = min(ages)
    return [Fraction(0.5 ** (age - youngest)) for age in ages]


_WEIGHTS: Final[Mapping[Model, Callable[..., list[Fraction]]]] = {
    "first": _first,
    "last": _last,
    "linear": _linear,
    "position": _position,
    "time_decay": _time_decay,
}


def _divided(amount: int, weights: Sequence[Fraction]) -> list[int]:
    """`amount` in proportion to weights, in whole units."""
    whole = sum(weights)
    exact = [amount * one / whole for one in weights]
    found = [int(one) for one in exact]
    left = amount - sum(found)
    by_rest = sorted(range(len(exact)), key=lambda n: (exact[n] - found[n], n), reverse=True)
    for number in by_rest[:left]:
        found[number] += 1
    return found
