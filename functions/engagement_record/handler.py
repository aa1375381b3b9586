"""Queue `engagement-record` (`MessageHit`, a minute after it): people are told from robots, and what
came of messages is counted."""

from collections.abc import Sequence
from datetime import datetime

from shared.platform.entry.batch import Message, on_batch, survives

# isort: split
from shared.marketing.events import MessageHit
from shared.marketing.reports.recording import record_hits
from shared.platform.entry.event import read


def recorded(messages: Sequence[Message], now: datetime) -> list[str]:
    """Record the hits of a batch together; the ids of messages that cannot be read."""
    found: list[MessageHit] = []

    def take(message: Message) -> None:
        if fact := read(message.body, MessageHit):
            found.append(fact)

    failed = [one.id for one in messages if not survives(lambda one=one: take(one))]  # type: ignore[misc]
    record_hits(found, now)
    return failed


handle = on_batch(recorded)
