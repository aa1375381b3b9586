"""Queue `scoring-dry-run` (pages of POST /v1/scoring/dry-runs): history under other rules."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue
from shared.sales.scoring.dry_run_page import run_page


@on_queue
def handle(page: dict[str, Any], now: datetime) -> None:
    """Replay one page; a second delivery changes nothing."""
    run_page(page)
