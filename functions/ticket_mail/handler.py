"""`TicketOpened` and `TicketMessageAdded`, by way of a queue: mails to customers that their mail
arrived, and what staff answer them."""

from datetime import datetime
from pathlib import Path
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.platform.entry.event import read
from shared.support.events import TicketMessageAdded, TicketOpened
from shared.support.outgoing.sending import acknowledge, answer

TEMPLATES = Path(__file__).with_name("templates")


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """At most one mail per event."""
    fact = read(event, TicketOpened, TicketMessageAdded)
    if isinstance(fact, TicketOpened):
        acknowledge(fact, TEMPLATES, now)
    elif fact is not None:
        answer(fact, TEMPLATES, now)
