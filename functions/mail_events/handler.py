"""Queue `mail-events` (what SES says of mails, by way of a topic): addresses that are to be left
alone are, messages of which nobody knew are settled, and tickets show which mails did not arrive."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.provider_events.hearing import hear, hear_other
from shared.marketing.provider_events.told import read, read_other
from shared.platform.observability import logger
from shared.support.outgoing import trouble


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Hear an event once, of a campaign's message or of another mail of ours, such as an answer."""
    if told := read(message, now):
        hear(told, now)
        return
    if found := trouble.read(message):
        trouble.tell(found, now)
    if other := read_other(message):
        hear_other(other, now)
    else:
        logger().info("mail event of no shape we know")
