"""`rate(1 minute)`: queues a job for every timer shard with something due."""

from datetime import datetime

from shared.customers.tables import CUSTOMERS
from shared.marketing.tables import MARKETING
from shared.platform.entry.event import on_schedule
from shared.platform.tables import Table
from shared.platform.timers import dispatch, note_run
from shared.sales.tables import SALES
from shared.support.tables import SUPPORT

TABLES = tuple(Table(spec) for spec in (SALES, CUSTOMERS, MARKETING, SUPPORT) if spec.timers)


@on_schedule
def handle(now: datetime) -> None:
    """Queue the jobs of every table that has timers."""
    for table in TABLES:
        dispatch(table, now)
        note_run(table, now)
