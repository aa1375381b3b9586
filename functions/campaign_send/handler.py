"""Queue `campaign-send` (parts of campaigns, and timers of who was deferred): mails leave, each
person's once."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.sending.sender import send_deferred, send_part


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Send to a part, or to one person; a second delivery finds it done."""
    if "contact_ids" in message:
        send_part(
            message["campaign_id"], message["contact_ids"], message["page"], message["part"], now
        )
    else:
        campaign_id = message["pk"].split("#")[1]
        send_deferred(campaign_id, message["sk"].partition("#")[0], now)
