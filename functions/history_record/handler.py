"""Queue `history-record` (every event about a person): what happened joins their history."""

from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.customers.history.hearing import HEARD, record_events
from shared.kernel.events import DomainEvent
from shared.platform.entry.event import read


def recorded(messages: Sequence[Message], now: datetime) -> list[str]:
    """Record the events of a batch together; the ids of messages that cannot be read."""
    events: dict[str, DomainEvent] = {}

    def note(message: Message) -> None:
        if event := read(message.body, *HEARD):
            events[message.id] = event

    failed = [one.id for one in messages if not survives(lambda one=one: note(one))]  # type: ignore[misc]
    record_events(list(events.values()), now)
    return failed


handle = on_batch(recorded)
