"""Queue `merge-work` (ContactsMerged, MergeUndone, and timers of merged contacts): what belongs to
one contact goes to the other, and back."""

from datetime import datetime
from typing import Any

# First, because Powertools' batches load its parser's models once pydantic is there (30 ms).
from shared.platform.entry.queue import on_queue

# isort: split
from shared.customers.events import ContactsMerged, MergeUndone
from shared.customers.merging.work import carry_on, look_again
from shared.platform.entry.event import read


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Carry on with a merge; a second delivery finds nothing left to do."""
    event = read(message, ContactsMerged, MergeUndone)
    if event:
        carry_on(event.merge_id)
    else:
        look_again(message)
