"""`LeadCaptured` (through the queue `visitor-link`): the visitor who filled in a form has a name."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.visitors.link import link_visitor
from shared.platform.entry.event import read
from shared.sales.events import LeadCaptured


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """Link the visitor to the lead; later deliveries change nothing."""
    captured = read(event, LeadCaptured)
    if captured is not None:
        link_visitor(captured, now)
