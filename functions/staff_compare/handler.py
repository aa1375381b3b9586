"""`rate(5 minutes)`: looks who was changed in the sign-in pool itself."""

from datetime import datetime

from shared.directory.pool.compare import compare
from shared.platform.entry.event import on_schedule


@on_schedule
def handle(now: datetime) -> None:
    """Queue everybody whose record and sign-in differ."""
    compare(now)
