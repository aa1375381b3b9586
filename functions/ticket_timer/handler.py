"""Timers of kind `ticket_timer`, from their queue: a deadline comes near or has passed, or a
ticket has been resolved for a week."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue
from shared.support.escalation.timer import time_came


@on_queue
def handle(timer: dict[str, Any], now: datetime) -> None:
    """`timer` is the key of the ticket: `{pk, sk, due}`."""
    time_came(timer["pk"].removeprefix("TICKET#"), now)
