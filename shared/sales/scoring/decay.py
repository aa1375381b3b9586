"""How points wear off: by half-lives, counted in whole elapsed days.

n days after an award its points count `0.5 ** (n / half_life)` of what they were given for. A day
is 24 hours from the second of the award, whatever the date or the time zone: points given a minute
before midnight are one day old a day later, not two minutes later. Factors are rounded to six
decimals, half up, which makes them 0 after some 21 half-lives.
"""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from shared.kernel.clock import parse_instant

LASTING: Final = "-"
"""The bucket of points that do not decay."""

ONE: Final = Decimal(1)

_FACTOR: Final = Decimal("0.000001")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_DAY_SECONDS: Final = 86_400


class Age(NamedTuple):
    """The half-life of some points and the whole days since they were given."""

    half_life_days: int
    days: int

    @property
    def factor(self) -> Decimal:
        """What is left of a point."""
        return factor_after(self.days, self.half_life_days)


def bucket_of(half_life_days: int | None, awarded_at: str) -> str:
    """The bucket of points given at `awarded_at` (ISO text): `-` when they do not decay, else
    `<half-life>:<instant>`.

    The instant is in seconds since 1970: half as long as text in an item that may hold hundreds.
    """
    if not half_life_days:
        return LASTING
    return f"{half_life_days}:{_seconds(parse_instant(awarded_at))}"


def age_of(bucket: str, at: datetime) -> Age | None:
    """How old the points of a bucket are at `at`; `None` when they do not decay."""
    if bucket == LASTING:
        return None
    half_life, _, instant = bucket.partition(":")
    return Age(int(half_life), max(0, (_seconds(at) - int(instant)) // _DAY_SECONDS))


def alive(bucket: str, at: datetime) -> bool:
    """Whether the points of a bucket count for anything at `at` or later."""
    age = age_of(bucket, at)
    return age is None or age.factor > 0


@lru_cache(maxsize=4096)
def factor_after(days: int, half_life_days: int) -> Decimal:
    """What is left of a point after so many whole days. Nothing decays before its time."""
    if days <= 0:
        return ONE
    exponent = Decimal(days) / Decimal(half_life_days)
    return (Decimal("0.5") ** exponent).quantize(_FACTOR, ROUND_HALF_UP)


def _seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _SECOND
