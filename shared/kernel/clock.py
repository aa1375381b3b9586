"""Instants are aware UTC datetimes; a clock is passed in, never read inside a rule."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def iso(instant: datetime) -> str:
    """UTC text of fixed width (`2025-06-06T09:15:00.000Z`), so that text order is time order."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_instant(text: str) -> datetime:
    """Read ISO 8601 text that names its offset.

    Raises `ValueError` for anything else, an instant without an offset included: guessing a
    zone is how deadlines move.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset such as Z or +05:45")
    return instant.astimezone(UTC)
