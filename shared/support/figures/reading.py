"""Reading a report of support, and writing it down as a file."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from shared.customers.exports.cells import neutral
from shared.directory.model import local_date
from shared.directory.repository import directory, staff_key
from shared.kernel.errors import FieldError, Rejected
from shared.support.queues.stored import queue_rules

from .report import MAX_ROWS, Figures, GroupedBy, Kept, Report, before, report_of
from .repository import days_and_present, days_of, present

MAX_DAYS: Final = 92
DEFAULT_DAYS: Final = 30

_MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""

_TIMES: Final = ("count", "mean", "median", "p90", "met", "missed", "sla_percent")
COLUMNS: Final = (
    "part",
    "key",
    "name",
    "opened",
    "resolved",
    "backlog",
    "with_us",
    "pending",
    *(f"first_response_{one}" for one in _TIMES),
    *(f"resolution_{one}" for one in _TIMES),
    "settled",
    "reopened",
    "reopen_percent",
    "opened_before",
    "trend_percent",
)


def read_report(
    since: date | None,
    until: date | None,
    by: GroupedBy,
    now: datetime,
    *,
    zone: str,
    known: Mapping[str, str] | None = None,
) -> Report:
    """How support did in up to `MAX_DAYS` days: the last `DEFAULT_DAYS` by the wall in `zone`
    where nothing else is said. A query, one more for agents, queues or topics (two where that was
    long ago), and a read for the names of agents unless they are `known`. Raises `Rejected`."""
    today = local_date(now, zone)
    last = until or today
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    if last < first:
        raise _wrong("from", "from_after_to", "The first day comes before the last")
    if (last - first).days >= MAX_DAYS:
        raise _wrong("from", "too_many_days", f"A report is of up to {MAX_DAYS} days")
    if first.year < _EARLIEST or last > today + timedelta(days=MAX_DAYS):
        raise _wrong("to", "day_out_of_range", f"Up to {MAX_DAYS} days from now")
    together, at_present = days_and_present("all", first)
    kept = Kept(together=together, present=at_present.get("-", {}), today=today)
    names: Mapping[str, str] = {}
    if by != "day":
        since_before = before(first, last)
        if today - last < _NOT_LONG:
            rows, kept.present_by = days_and_present(by, since_before)
            kept.grouped = [row for row in rows if row[0] <= str(last)]
        else:
            kept.grouped = days_of(by, since_before, last)
            kept.present_by = present(by)
        names = known if known is not None and by == "agent" else _names(by, kept, now)
    return report_of(first, last, by, kept, names)


_EARLIEST: Final = 2000
_NOT_LONG: Final = timedelta(days=31)
"""Of reports that end no longer ago, the days since are read with them."""


def as_csv(report: Report) -> str:
    """The report as a table (RFC 4180, UTF-8): a line for the whole and one for each row."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(COLUMNS)
    write(["total", "", "", *_cells(report.total), "", ""])
    for row in report.rows:
        more = [_cell(row.opened_before), _cell(row.trend_percent)]
        write([report.by, neutral(row.key), neutral(row.name), *_cells(row), *more])
    return _MARK + out.getvalue()


def _cells(one: Figures) -> list[object]:
    timings = [
        _cell(getattr(timing, name))
        for timing in (one.first_response, one.resolution)
        for name in _TIMES
    ]
    counts = [one.opened, one.resolved, _cell(one.backlog), _cell(one.with_us), _cell(one.pending)]
    return [*counts, *timings, one.settled, one.reopened, _cell(one.reopen_percent)]


def _cell(value: float | None) -> object:
    return "" if value is None else value


def _names(by: GroupedBy, kept: Kept, now: datetime) -> Mapping[str, str]:
    """What agents and queues are called."""
    if by == "queue":
        return {one.id: one.name for one in queue_rules(now).queues}
    if by != "agent":
        return {}
    people = sorted({value for _, value, _ in kept.grouped} | set(kept.present_by))[:MAX_ROWS]
    found = (
        directory.get_many([staff_key(one) for one in people], consistent=False) if people else []
    )
    return {item["staff_id"]: item["name"] for item in found}


def _wrong(field: str, code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])
