"""Not more messages in a second than the provider takes, for all campaigns together.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| when the next message may leave by a channel | `THROTTLE` | `<channel>` |

It is a token bucket, written down as the instant at which all that was taken will have come in
again: a bucket that is full says some time ago, one that others have taken from beforehand says later. Whoever sends takes for a whole part at once, in one conditional write,
and sends no faster than what was taken comes in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from shared.kernel.clock import parse_instant
from shared.kernel.errors import Busy
from shared.marketing.campaigns.repository import marketing
from shared.platform.requests import Condition, Item, Update
from shared.platform.writes import ConditionFailed

BURST: Final = timedelta(seconds=0.1)
"""So much may leave at once after a rest, and one message more."""

PATIENCE: Final = timedelta(seconds=40)
"""So long somebody waits for the last of what they take; a worker lives three times as long."""

_SKEW: Final = timedelta(minutes=1)
"""No two clocks here are further apart."""

_ATTEMPTS: Final = 20


@lru_cache(maxsize=1)
def _seen() -> dict[str, Item]:
    """The item as this process saw it last, by channel: right whenever nobody else sends."""
    return {}


@dataclass(frozen=True, slots=True)
class Pace:
    """`count` messages may leave, the n-th (from 0) at `at(n)`."""

    count: int
    start: datetime
    rate: float

    def at(self, number: int) -> datetime:
        """When a message may leave."""
        return self.start + timedelta(seconds=number / self.rate)


def taken(free_at: datetime | None, wanted: int, rate: float, now: datetime) -> Pace:
    """What may leave of so many `wanted`, at `rate` a second, when all that was taken will have
    come in at `free_at`. Nobody takes from further ahead than `PATIENCE`: a time beyond that was
    written by a clock that was wrong, and stops nobody. Pure."""
    full = now - BURST
    if free_at is None or free_at > now + PATIENCE + _SKEW:
        free_at = full
    start = max(free_at, full)
    room = (now + PATIENCE - start).total_seconds() * rate
    return Pace(max(0, min(wanted, int(room))), start, rate)


def take(channel: str, wanted: int, rate: float, now: datetime) -> Pace:
    """Take for a part; nothing where others have taken all for the next while. One write, one more
    for each time that others came between. Raises `Busy`."""
    key = {"pk": "THROTTLE", "sk": channel}
    seen = _seen()
    for _ in range(_ATTEMPTS):
        known = seen.get(channel, {})
        free_at = parse_instant(known["free_at"]) if known else None
        pace = taken(free_at, wanted, rate, now)
        # In whole microseconds: a thousandth of a second is many messages at high rates.
        after = {"free_at": pace.at(pace.count).isoformat(), "revision": _revision(known) + 1}
        if not pace.count and known:
            # Others may have come and gone since: what is remembered must not be the reason.
            found = marketing.get(key) or {}
            if _revision(found) == _revision(known):
                return pace
            seen[channel] = found
            continue
        try:
            marketing.write(Update(key, set=after, condition=_unchanged(_revision(known))))
        except ConditionFailed as refused:
            seen[channel] = refused.found(0) or {}
            continue
        seen[channel] = after
        return pace
    raise Busy("contended", "Many campaigns are being sent at once, try again")


def _revision(item: Item) -> int:
    return int(item.get("revision", 0))


def _unchanged(revision: int) -> Condition:
    values: dict[str, Any] = {"throttle_revision": revision} if revision else {}
    return Condition(
        "throttle_unchanged",
        "#revision = :throttle_revision" if revision else "attribute_not_exists(#revision)",
        "what two take at the same time is taken twice",
        values,
    )
