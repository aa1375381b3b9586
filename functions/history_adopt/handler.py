"""Queue `history-adopt` (VisitorIdentified, ContactCreated, ContactChanged): what was known of a
person under another name joins their history."""

from datetime import datetime
from typing import Any, Final

from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.events import (
    ContactChanged,
    ContactCreated,
    VisitorIdentified,
)
from shared.customers.history.adoption import bring_addresses, bring_past
from shared.platform.entry.event import read

NAMES: Final = frozenset({"emails", "phones", "external_ids"})
"""What of a contact says under which other names it may have been known."""


@on_queue
def handle(event: dict[str, Any], now: datetime) -> None:
    """Bring in what there is; later deliveries find nothing left to bring."""
    match read(event, VisitorIdentified, ContactCreated, ContactChanged):
        case VisitorIdentified() as identified:
            bring_past(identified, now)
        case ContactCreated(contact_id=contact_id):
            bring_addresses(contact_id)
        case ContactChanged(contact_id=contact_id, fields=fields) if NAMES & set(fields):
            bring_addresses(contact_id)
