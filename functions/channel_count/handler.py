"""Queue `channel-count` (InteractionRecorded, ProductPurchased, LeadCaptured): what came of each
channel in each month."""

from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.customers.channels.counting import COUNTED, counted_of
from shared.customers.channels.results import Counted, count_results
from shared.platform.entry.event import read


def count(messages: Sequence[Message], now: datetime) -> list[str]:
    """Count the events of a batch together; the ids of messages that cannot be read."""
    counted: list[Counted] = []

    def note(message: Message) -> None:
        if event := read(message.body, *COUNTED):
            counted.extend(counted_of(event))

    failed = [one.id for one in messages if not survives(lambda one=one: note(one))]  # type: ignore[misc]
    count_results(counted, now)
    return failed


handle = on_batch(count)
