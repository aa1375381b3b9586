"""How support did: what came and went, how long answers took, by whom."""

from datetime import UTC, datetime, time
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.errors import Rejected
from shared.pages.reading import read
from shared.pages.rendering import with_query
from shared.platform.entry.http import reply
from shared.support.figures.reading import DEFAULT_DAYS, as_csv, read_report
from shared.support.figures.report import Day, Report

from .schemas import ReportQuery

AT: Final = "/console/support/report"
_BYS: Final = (
    ("agent", "By person"),
    ("queue", "By queue"),
    ("topic", "By topic"),
    ("day", "By day"),
)
_HOUR: Final = 60


def shown(request: PageRequest) -> Answer:
    """The report as charts and a table."""
    common: dict[str, Any] = {"bys": _BYS, "by": request.query.get("by", "agent"), "found": None}
    try:
        asked = read(ReportQuery, request.query)
        found = _report(request, asked)
    except Rejected as error:
        return request.refused("report.html", error, **common)
    period = {"from": found.first, "to": found.last}
    return request.page(
        "report.html",
        **common | {"by": found.by, "found": found},
        as_file=with_query(f"{AT}.csv", {**period, "by": found.by}),
        labels=[_noon(one) for one in found.days],
        moved=[
            _line("Opened", found.days, "opened", 0),
            _line("Resolved", found.days, "resolved", 6),
        ],
        left=[_line("Left open", found.days, "backlog", 2)],
        took=[
            _hours("First answer", found.days, "first_response_median", 0),
            _hours("Solution", found.days, "resolution_median", 6),
        ],
        usual=DEFAULT_DAYS,
    )


def as_file(request: PageRequest) -> Answer:
    """The table as a file."""
    found = _report(request, read(ReportQuery, request.query))
    name = f"support-{found.first}-{found.last}-by-{found.by}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return reply(200, as_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


def _report(request: PageRequest, asked: ReportQuery) -> Report:
    return read_report(
        asked.since,
        asked.until,
        asked.by,
        request.now,
        zone=request.zone,
        known=names(request.now),
    )


def _line(label: str, days: list[Day], name: str, hue: int) -> dict[str, Any]:
    return {"label": label, "values": [getattr(one, name) for one in days], "hue": hue}


def _hours(label: str, days: list[Day], name: str, hue: int) -> dict[str, Any]:
    minutes = [getattr(one, name) for one in days]
    values = [None if one is None else round(one / _HOUR, 1) for one in minutes]
    return {"label": label, "values": values, "hue": hue}


def _noon(one: Day) -> int:
    # Midday falls on the same date in almost every zone the chart may be drawn for.
    return int(datetime.combine(one.day, time(12), UTC).timestamp())
