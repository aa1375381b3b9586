"""SQS `timer-shards`: hands what is due in one shard to the queues of its kinds."""

from datetime import datetime
from typing import Any

from shared.customers.tables import CUSTOMERS
from shared.marketing.tables import MARKETING
from shared.platform.entry.queue import on_queue
from shared.platform.tables import Table
from shared.platform.timers import deliver
from shared.sales.tables import SALES
from shared.support.tables import SUPPORT

TABLES = {spec.name: Table(spec) for spec in (SALES, CUSTOMERS, MARKETING, SUPPORT)}


@on_queue
def handle(job: dict[str, Any], now: datetime) -> None:
    """Deliver one shard; a repeated job repeats messages, which their consumers see through."""
    deliver(TABLES[job["table"]], int(job["shard"]), now)
