"""When people are not to be disturbed (row M10). Pure."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def quiet_until(now: datetime, zone: str, begins: time, ends: time) -> datetime | None:
    """When the quiet hours end in which `now` falls in a zone; `None` outside of them.

    They may go over midnight; of equal times there are none. A local time that does not exist is
    as much later as the clock jumped, one that exists twice is the first.
    """
    if begins == ends:
        return None
    local = now.astimezone(zone_of(zone))
    at = local.time()
    over_midnight = begins > ends
    inside = (at >= begins or at < ends) if over_midnight else begins <= at < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and at >= begins else 0)
    until = instant_of(datetime.combine(day, ends), zone)
    return until if until > now else None


def instant_of(local: datetime, zone: str) -> datetime:
    """The instant of a local time without zone, see `quiet_until`."""
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC for what is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
