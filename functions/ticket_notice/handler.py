"""`SlaWarned`, `SlaBreached`, `TicketEscalated`, `TicketAssigned`, `TicketMessageAdded`, by way of
a queue: tells who is to know."""

from datetime import datetime
from pathlib import Path
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.platform.entry.event import read
from shared.support.escalation.notices import tell
from shared.support.events import (
    SlaBreached,
    SlaWarned,
    TicketAssigned,
    TicketEscalated,
    TicketMessageAdded,
)

TEMPLATES = Path(__file__).with_name("templates")


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """One mail per person and event."""
    fact = read(event, SlaWarned, SlaBreached, TicketEscalated, TicketAssigned, TicketMessageAdded)
    if fact is not None:
        tell(fact, TEMPLATES, now)
