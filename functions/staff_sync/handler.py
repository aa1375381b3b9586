"""Queue `staff-sync` (StaffChanged, and whom staff_compare found): keeps record and sign-in alike."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.directory.events import StaffChanged
from shared.directory.pool.reconcile import reconcile
from shared.platform.entry.event import read


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """One person, as they are by now; a second delivery changes nothing."""
    changed = read(message, StaffChanged)
    reconcile(changed.staff_id if changed else message["staff_id"], now)
