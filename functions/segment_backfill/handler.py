"""Queue `segment-backfill` (timers): an eighth of all contacts is looked at for a segment that was
made or changed."""

from datetime import datetime
from typing import Any, Final

from shared.platform.entry.queue import on_queue

# isort: split
from shared.marketing.segments.backfill import fill_part

SECONDS: Final = 200.0
"""No page is begun later than that after the beginning; what is left is due at once."""


@on_queue
def handle(message: dict[str, Any], now: datetime) -> None:
    """Go on with one part; a second delivery finds somebody at it, or nothing to do."""
    fill_part({"pk": message["pk"], "sk": message["sk"]}, now, SECONDS)
