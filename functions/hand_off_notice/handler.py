"""`LeadAssigned`, `LeadUnassigned`, by way of a queue: mails the lead's owner, or the managers when it has none."""

from datetime import datetime
from pathlib import Path
from typing import Any

from shared.platform.entry.event import read
from shared.platform.entry.queue import on_queue
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
