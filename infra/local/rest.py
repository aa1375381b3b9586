"""The local clock, and waiting until nothing is under way any more."""

import json
import re
import time
from datetime import timedelta
from typing import Any, Final

from . import process
from .deployed import Deployed
from .home import Home
from .trouble import Trouble

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_POLL_SECONDS: Final = 0.025
# Work is handed from thread to thread: rest is believed when it lasts.
_STILL_POLLS: Final = 5


def duration(text: str) -> timedelta:
    """`4h`, `30m`, `3d`, `1h30m` … Raises `Trouble` for anything else."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise Trouble(f"{text!r} is no duration.", "Write it like 4h, 30m, 3d, 2w or 1h30m.")
    return timedelta(**{_UNITS[unit]: float(number) for number, unit in parts})


def ahead(home: Home) -> timedelta:
    """By how much the local clock is ahead of the real one."""
    text = home.clock.read_text() if home.clock.exists() else ""
    return timedelta(seconds=float(text or 0))


def set_ahead(home: Home, by: timedelta) -> None:
    """Let the local clock be so much ahead of the real one."""
    # At once: a function that reads the time meanwhile must not find half of it.
    written = home.clock.with_suffix(".new")
    written.write_text(str(by.total_seconds()))
    written.replace(home.clock)


def tick(deployed: Deployed, by: timedelta, patience: float = 60) -> timedelta:
    """Move the local clock, run what is due by then and wait until all is done.

    Returns by how much the clock is ahead now. Raises `Trouble` when work does not end within
    `patience` seconds.
    """
    assert deployed.home is not None
    moved = ahead(deployed.home) + by
    set_ahead(deployed.home, moved)
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    deployed.client("lambda").invoke(
        FunctionName=deployed.function("timer_dispatch"), Payload=json.dumps(event).encode()
    )
    wait(deployed.home, patience)
    return moved


def wait(home: Home, patience: float = 60) -> None:
    """Wait until queues, streams and functions are at rest. Raises `Trouble` after `patience`
    seconds, saying what still waits."""
    deadline, still = time.monotonic() + patience, 0
    while True:
        waiting = process.ask(home, "state")
        still = 0 if any(waiting.values()) else still + 1
        if still == _STILL_POLLS:
            return
        if time.monotonic() > deadline:
            raise Trouble(f"Still under way: {_said(waiting)}", "Look at: crm logs, crm status")
        time.sleep(_POLL_SECONDS)


def _said(waiting: dict[str, Any]) -> str:
    return "; ".join(f"{kind}: {what}" for kind, what in waiting.items() if what)
