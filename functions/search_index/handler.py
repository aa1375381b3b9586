"""Queue `search-index` (Contact…, Account…): keeps the index of names and the suggestions of
duplicates in step with the records."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.duplicates.suggestion import suggest
from shared.customers.search.hearing import ACCOUNTS, CONTACTS, accounts_in, contacts_in
from shared.customers.search.indexing import index_account, index_contact
from shared.platform.entry.event import read


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Read the records as they are by now; a second delivery changes nothing."""
    event = read(message, *CONTACTS, *ACCOUNTS)
    for account_id in accounts_in(event):
        index_account(account_id)
    for contact_id in contacts_in(event):
        index_contact(contact_id)
        suggest(contact_id, now)
