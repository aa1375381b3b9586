"""Queue `conversion-record` (`ProductPurchased`, `InteractionRecorded`, `LeadCaptured`,
`ResponseCodeUsed`, five minutes after them): the campaigns that led to it are credited."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.attribution.recording import HEARD, record_deed
from shared.platform.entry.event import read


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Credit one deed; heard of again, nothing changes unless what led to it did."""
    if fact := read(message, *HEARD):
        record_deed(fact, now)
