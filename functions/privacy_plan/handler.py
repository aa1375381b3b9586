"""`PrivacyRequested` (through the queue `privacy-plan`): who the person is; one message per store.

The queue also takes deadlines of timers (an erasure is to be looked through again, a legal hold
ends, a contact was put away long enough) and `{"memory": …, "run": …}`, an erasure to repeat after a back-up was restored.
"""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers import personal_data as customers
from shared.customers.events import PrivacyRequested
from shared.customers.privacy import finding
from shared.customers.privacy.holding import end_hold
from shared.customers.privacy.planning import look_again, plan
from shared.customers.privacy.remembering import erase_again
from shared.customers.retention.purging import purge
from shared.marketing import personal_data as marketing
from shared.platform.entry.event import read
from shared.sales import finding as sales_finding
from shared.sales import personal_data as sales
from shared.support import personal_data as support

STORES = (*customers.STORES, *marketing.STORES, *sales.STORES, *support.STORES)
FINDERS = (finding.widen, sales_finding.widen)


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Begin, go on with, or let go; a second delivery changes nothing."""
    asked = read(message, PrivacyRequested)
    if asked is not None:
        plan(asked.request_id, STORES, FINDERS, now)
    elif "memory" in message:
        erase_again(message["memory"], message["run"], now)
    else:
        kind, _, whose = str(message["pk"]).partition("#")
        match kind:
            case "HELD":
                end_hold(whose, str(message["sk"]).partition("#")[2], now)
            case "CONTACT":
                purge(whose, now)
            case _:
                look_again(whose, now)
