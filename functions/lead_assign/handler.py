"""`LeadBecameSalesReady`, by way of a FIFO queue: gives the lead its owner by the rules."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import ValidationError

from shared.platform.entry.batch import Message, on_batch
from shared.platform.entry.event import read
from shared.sales.assignment.assign import assign
from shared.sales.events import LeadBecameSalesReady


def assign_all(messages: Sequence[Message], now: datetime) -> Iterable[str]:
    """Assign the whole batch in one transaction; messages of leads to try again come back."""
    facts: dict[str, LeadBecameSalesReady] = {}
    failed: list[str] = []
    for message in messages:
        try:
            if fact := read(message.body, LeadBecameSalesReady):
                facts[message.id] = fact
        except ValidationError:
            failed.append(message.id)
    undone = assign(list(facts.values()), now)
    return [*failed, *(one for one, fact in facts.items() if fact.lead_id in undone)]


handle = on_batch(assign_all, queue="lead_assign_queue_url")
