"""The time zones to choose from."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """`Continent/City` and UTC."""
    cities = (one for one in available_timezones() if "/" in one and not one.startswith("Etc/"))
    return ("UTC", *sorted(cities))
