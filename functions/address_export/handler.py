"""Queue `address-export` (`AddressFileRequested`): a campaign's list is written to files in the
bucket."""

from datetime import datetime
from typing import Any, Final

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.address_lists.writing import write_files
from shared.marketing.events import AddressFileRequested
from shared.platform.entry.event import read

SECONDS: Final = 180.0
"""No file is begun later than that after the beginning; the next delivery goes on."""


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Write what was asked for; a second delivery finds it written."""
    fact = read(message, AddressFileRequested)
    if fact:
        write_files(fact.campaign_id, fact.file_id, now, SECONDS)
