"""Queue `search-members` (AccountChanged, AccountDeleted, AccountRestored): members of an account
are found by its new name."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.search.hearing import RENAMING, renamed
from shared.customers.search.members import index_members
from shared.platform.entry.event import read


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Index them page by page; a second delivery goes on where the first ended."""
    event = read(message, *RENAMING)
    if account_id := renamed(event):
        index_members(account_id, event.event_id, now)
