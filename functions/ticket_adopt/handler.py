"""`ContactsMerged`, `MergeUndone`, by way of a queue: tickets follow their customer."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.events import ContactsMerged, MergeUndone
from shared.platform.entry.event import read
from shared.support.tickets.adopting import adopt, give_back


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """All tickets of one record."""
    happened = read(event, ContactsMerged, MergeUndone)
    if isinstance(happened, ContactsMerged):
        adopt(happened, now)
    elif isinstance(happened, MergeUndone):
        give_back(happened, now)
