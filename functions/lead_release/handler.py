"""Queue `lead-release` (StaffDisabled, and pages of leads): leads of somebody who left find others."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.directory.events import StaffDisabled
from shared.platform.entry.event import read
from shared.sales.hand_offs.release import plan_release, release_leads


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Plan the pages, or pass the leads of one on; a second delivery changes nothing."""
    left = read(message, StaffDisabled)
    if left is None:
        release_leads(message["staff_id"], message["lead_ids"], now)
    else:
        plan_release(left.staff_id)
