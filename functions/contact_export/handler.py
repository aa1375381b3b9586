"""Queue `contact-export` (`ExportRequested`): contacts are written to a file in the bucket."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.customers.events import ExportRequested
from shared.customers.exports.exporting import write_export
from shared.kernel.errors import AlreadyHandled
from shared.platform.entry.batch import Message, on_batch, survives
from shared.platform.entry.event import read

SECONDS: Final = 200.0
"""No part is begun later than that after the beginning; one takes some seconds."""


def export(messages: Sequence[Message], now: datetime) -> list[str]:
    """The ids of those that failed, or had no time to end: they go on where they were."""
    done: set[str] = set()

    def write(message: Message) -> None:
        wanted = read(message.body, ExportRequested)
        try:
            if wanted is None or write_export(wanted.export_id, now, SECONDS):
                done.add(message.id)
        except AlreadyHandled:
            done.add(message.id)

    for message in messages:
        survives(lambda message=message: write(message))  # type: ignore[misc]
    return [message.id for message in messages if message.id not in done]


handle = on_batch(export, queue="contact_export_queue_url")
