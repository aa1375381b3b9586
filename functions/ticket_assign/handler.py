"""`TicketOpened`, `TicketAssigned` (to nobody), `StaffDisabled`, by way of a queue: gives tickets
to whoever is to take them."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.directory.events import StaffDisabled
from shared.platform.entry.event import read
from shared.support.assignment.giving import give, release
from shared.support.events import TicketAssigned, TicketOpened
from shared.support.tickets.repository import load


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """One ticket, or all that somebody who left had."""
    happened = read(event, TicketOpened, TicketAssigned, StaffDisabled)
    if isinstance(happened, StaffDisabled):
        release(happened.staff_id, now)
    elif happened is not None and getattr(happened, "owner_id", None) is None:
        give(load(happened.ticket_id), now)
