"""Queue `campaign-send` (parts of campaigns, timers of who was deferred, `MessageBounced` and
`ConsentWithdrawn`): messages leave, each person's once, and the next one by another channel where
one came back; what waits and is not agreed to any more is cancelled."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.events import ConsentWithdrawn
from shared.marketing.events import MessageBounced
from shared.marketing.sending.falling_back import fall_back
from shared.marketing.sending.revoking import revoke
from shared.marketing.sending.sender import send_deferred, send_part
from shared.platform.entry.event import read


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Send to a part, or to one person; a second delivery finds it done."""
    if "detail-type" in message:
        fact = read(message, MessageBounced, ConsentWithdrawn)
        if isinstance(fact, ConsentWithdrawn):
            revoke(fact.contact_id, fact.purpose, now)
        elif fact and fact.permanent:
            fall_back(fact.campaign_id, fact.contact_id, fact.claim, now)
    elif "contact_ids" in message:
        send_part(
            message["campaign_id"], message["contact_ids"], message["page"], message["part"], now
        )
    else:
        campaign_id = message["pk"].split("#")[1]
        contact_id, *_, number = message["sk"].split("#")
        send_deferred(campaign_id, contact_id, int(number), now)
