"""Reading what functions logged."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from .deployed import Deployed

_NOISE: Final = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
_POLL_SECONDS: Final = 1.0


def lines(
    deployed: Deployed, nouns: Sequence[str], since: timedelta, *, follow: bool = False
) -> Iterator[tuple[str, str]]:
    """(function, line) pairs of `nouns`, oldest first; with `follow`, for ever."""
    start = int((time.time() - since.total_seconds()) * 1000)
    seen: set[tuple[str, str]] = set()
    while True:
        found = sorted(
            entry
            for noun in nouns
            for entry in _events(deployed, noun, start)
            if entry[1] not in seen
        )
        for at, key, noun, line in found:
            seen.add(key)
            start = max(start, at - 1000)
            yield noun, line
        if not follow:
            return
        time.sleep(_POLL_SECONDS)


def _events(
    deployed: Deployed, noun: str, start: int
) -> Iterator[tuple[int, tuple[str, str], str, str]]:
    client = deployed.client("logs")
    group = f"/aws/lambda/{deployed.named(noun)}"
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
    for page in pages:
        for number, event in enumerate(page["events"]):
            line = event["message"].rstrip()
            if line and not line.startswith(_NOISE):
                key = (str(event.get("eventId") or (event["logStreamName"], number)), line)
                yield event["timestamp"], key, noun, line
