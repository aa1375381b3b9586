"""Queue `mail-events` (what SES says of mails, by way of a topic): addresses that are to be left
alone are, messages of which nobody knew are settled, and tickets show which mails did not arrive."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.provider_events.hearing import hear
from shared.marketing.provider_events.told import read
from shared.platform.observability import logger
from shared.support.outgoing import trouble


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Hear an event once; what is of no message of ours is only logged."""
    told = read(message, now)
    if told is not None:
        hear(told, now)
    elif found := trouble.read(message):
        trouble.tell(found, now)
    else:
        logger().info("mail event of no campaign and no ticket")
