"""`LeadCaptured` (through the queue `consent-record`): what was agreed to in a form holds for the person."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.consents.heard import record_consent
from shared.platform.entry.event import read
from shared.sales.events import LeadCaptured


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """Keep the consent of a form; later deliveries change nothing."""
    captured = read(event, LeadCaptured)
    if captured is not None:
        record_consent(captured, now)
