"""Campaigns to 2,000 people through all the trouble there is, one after the other, in memory:
`python -m tests.measure.campaigns [people] [runs]`. Ends with the first that sends anything twice
or leaves anybody out."""

import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from typing import Final

from rich.console import Console
from rich.progress import track

from tests.benchmarks.world import world
from tests.campaign_runs import troubled_run
from tests.sending import rules

SIZE: Final = 2_000
RUNS: Final = 20


def main(size: int = SIZE, runs: int = RUNS) -> None:
    """Run them and print what came of each as it ends."""
    console = Console()
    for seed in track(range(runs), description="Sending", console=console):
        began = time.process_time()
        with world(), redirect_stdout(StringIO()):
            rules()
            found = troubled_run(size, seed)
        console.print(
            f"{seed + 1}: {found.size:,} people, killed {found.kills} times, paused {found.pauses}"
            f" times: {_said(found.before)}; once the provider was heard: {_said(found.after)}"
            f" ({time.process_time() - began:.0f} s of CPU)"
        )


def _said(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
