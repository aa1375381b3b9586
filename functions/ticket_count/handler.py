"""Queue `ticket-count` (whatever happened to tickets): the figures of support."""

from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.platform.entry.event import read
from shared.support import events
from shared.support.figures.recording import count


def count_tickets(messages: Sequence[Message], now: datetime) -> list[str]:
    """Count the tickets of a batch together; the ids of messages that cannot be read."""
    tickets: set[str] = set()

    def note(message: Message) -> None:
        if happened := read(message.body, *events.COUNTED):
            tickets.add(happened.ticket_id)

    failed = [one.id for one in messages if not survives(lambda one=one: note(one))]  # type: ignore[misc]
    count(tickets)
    return failed


handle = on_batch(count_tickets)
