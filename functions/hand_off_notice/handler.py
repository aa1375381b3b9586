"""`LeadAssigned`, `LeadUnassigned`, by way of a queue: mails the lead's owner, or the managers when it has none."""

from datetime import datetime
from pathlib import Path
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.platform.entry.event import read
from shared.sales.events import LeadAssigned, LeadUnassigned
from shared.sales.hand_offs.notices import tell_managers, tell_owner

TEMPLATES = Path(__file__).with_name("templates")


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """One mail per person and event."""
    fact = read(event, LeadAssigned, LeadUnassigned)
    if isinstance(fact, LeadAssigned):
        tell_owner(fact, TEMPLATES, now)
    elif isinstance(fact, LeadUnassigned):
        tell_managers(fact, TEMPLATES, now)
