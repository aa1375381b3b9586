"""The results of channels as a file for spreadsheets (RFC 4180, UTF-8 with a byte order mark)."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from .results import FIGURES, ChannelResult

COLUMNS: Final = ("month", "channel", *FIGURES, "revenue_minor_units", "currency")
_MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""


def as_csv(results: Iterable[ChannelResult]) -> str:
    """A line per month and channel; further currencies have lines of their own, which repeat no
    figure, so that columns can be summed."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(COLUMNS)
    for one in results:
        figures = [getattr(one, name) for name in FIGURES]
        for code, amount in sorted(one.revenue.items()) or [("", 0)]:
            write([one.month, one.channel, *figures, amount, code])
            figures = [0] * len(FIGURES)
    return _MARK + out.getvalue()
