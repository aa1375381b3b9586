"""Timers of kind `hand_off_timeout`, from their queue: a hand-off was not answered in time."""

from datetime import datetime
from typing import Any

from shared.platform.entry.queue import on_queue
from shared.sales.hand_offs.timeout import time_out


@on_queue
def handle(timer: dict[str, Any], now: datetime) -> None:
    """`timer` is the key of the hand-off: `{pk, sk, due}`."""
    time_out(timer["pk"].removeprefix("LEAD#"), timer["sk"], now)
