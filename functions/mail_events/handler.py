"""Queue `mail-events` (what SES says of mails, by way of a topic): addresses that are to be left
alone are, and messages of which nobody knew are settled."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.provider_events.hearing import hear
from shared.marketing.provider_events.told import read
from shared.platform.observability import logger


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Hear an event once; what is none of a campaign's message is only logged."""
    told = read(message, now)
    if told is None:
        logger().info("mail event of no campaign")
        return
    hear(told, now)
