"""The time. Entry points read it once and pass it on."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .settings import settings


def now() -> datetime:
    """The present instant in UTC. Only the local stack can move it (`crm tick`)."""
    instant = datetime.now(UTC)
    if path := settings().clock_file:
        file = Path(path)
        instant += timedelta(seconds=float(file.read_text()) if file.exists() else 0.0)
    return instant


def wait(until: datetime) -> None:
    """Let time pass until an instant, if it is to come."""
    seconds = (until - now()).total_seconds()
    if seconds > 0:
        time.sleep(seconds)
