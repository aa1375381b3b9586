"""Queue `lead-count` (LeadCaptured): how many leads came on which day from which source."""

from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.platform.entry.event import read
from shared.sales.events import LeadCaptured
from shared.sales.leads.counters import count_leads


def count(messages: Sequence[Message], now: datetime) -> list[str]:
    """Count the leads of a batch together; the ids of messages that cannot be read."""
    leads: dict[str, str] = {}

    def note(message: Message) -> None:
        if captured := read(message.body, LeadCaptured):
            leads[message.id] = captured.lead_id

    failed = [one.id for one in messages if not survives(lambda one=one: note(one))]  # type: ignore[misc]
    count_leads(set(leads.values()))
    return failed


handle = on_batch(count)
