"""When and how somebody answers best, from when and how they answered lately (row H4). Pure."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from shared.kernel.clock import parse_instant


class BestTime(BaseModel):
    """The hour of the day by the clock in `zone` in which somebody answered most on `channel`:
    `10` stands for 10:00 to 11:00. `replies` of `total` were then and so."""

    channel: str
    hour: int
    zone: str
    replies: int
    total: int
    last_at: str

    @property
    def hours(self) -> str:
        """The hour as a span, `10:00-11:00`."""
        return f"{self.hour:02d}:00-{(self.hour + 1) % 24:02d}:00"


def best_time(replies: Iterable[tuple[str, str]], zone: str) -> BestTime | None:
    """The hour and channel with the most of `replies` (ISO instant, channel), of two with as many
    the one that came last; `None` where there was no reply.

    A zone nobody knows counts as UTC.
    """
    known = _zone(zone)
    counted: dict[tuple[str, int], list[str]] = {}
    total = 0
    for at, channel in replies:
        hour = parse_instant(at).astimezone(known).hour
        counted.setdefault((channel, hour), []).append(at)
        total += 1
    if not counted:
        return None
    (channel, hour), when = max(counted.items(), key=_weight)
    return BestTime(
        channel=channel,
        hour=hour,
        zone=known.key,
        replies=len(when),
        total=total,
        last_at=max(when),
    )


def _weight(counted: tuple[tuple[str, int], list[str]]) -> tuple[int, str, str, int]:
    (channel, hour), when = counted
    # The last two only so that the answer never depends on the order of reading.
    return len(when), max(when), channel, hour


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
