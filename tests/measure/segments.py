"""Filling a segment that half of everybody is in: capacity units and CPU by the contact, among 1,000
contacts to 100,000: `python -m tests.measure.segments [contacts …]`."""

import sys
import time
from collections import Counter
from typing import Any, Final

from rich.console import Console
from rich.progress import track
from rich.table import Table

from shared.marketing.segments.backfill import planned
from shared.marketing.segments.repository import SHARDS, marketing, part_key
from shared.platform import clock
from tests.benchmarks.capacity import counted
from tests.benchmarks.world import nothing_printed, world
from tests.calls import invoke, queue_event
from tests.marketing import a_segment, in_segment, segment_id
from tests.measure.audiences import SIZES, copied
from tests.sending import people

_HALF: Final = {"type": "random", "below_percent": 50}


def main(*sizes: int) -> None:
    """Measure and print."""
    console = Console()
    table = Table(title="Filling a segment, by the contact")
    for heading in ("contacts", "in it", "read units", "write units", "calls", "ms of all"):
        table.add_column(heading, justify="right")
    for size in track(sizes or SIZES, "Filling", console=console):
        with world() as time_there, nothing_printed():
            table.add_row(f"{size:,}", *_measured(size, time_there))
    console.print(table)


def _measured(size: int, time_there: Any) -> list[str]:
    (first,) = people(1)
    copied(first, size)
    a_segment(_HALF, clock.now())
    marketing.write(*planned(segment_id(), 1, clock.now()))
    reads: Counter[str] = Counter()
    writes: Counter[str] = Counter()
    calls, began = 0, time.process_time()
    left = {number: {**part_key(segment_id(), number), "due": "…"} for number in range(SHARDS)}
    while left:
        time_there.tick(minutes=10)
        for number, body in list(left.items()):
            with counted() as found:
                invoke("segment_backfill", queue_event([body]))
            reads.update(found.reads)
            writes.update(found.writes)
            calls += sum(found.calls.values())
            if "done_at" in (marketing.get(part_key(segment_id(), number)) or {}):
                del left[number]
    spent = time.process_time() - began
    return [
        f"{len(in_segment(segment_id())):,}",
        *(f"{sum(units.values()) / size:.2f}" for units in (reads, writes)),
        f"{calls / size:.2f}",
        f"{spent * 1000 / size:.2f}",
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
