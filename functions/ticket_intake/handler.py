"""Queue `ticket-intake`: mails that arrived in the bucket, of which S3 tells by EventBridge."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.kernel.clock import parse_instant
from shared.platform.entry.event import arrived_file
from shared.support.intake.arriving import Arrival, take_in


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """One message for each mail; a second delivery changes nothing."""
    if key := arrived_file(event):
        file = event["detail"]["object"]
        take_in(Arrival(key, file["size"], file["etag"], parse_instant(event["time"])), now)
