"""`/console/reports`: how many leads come, and what becomes of hand-offs, in the last 30 days."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.sales.hand_offs.counters import SPEEDS, Figures, report
from shared.sales.leads.counters import leads_by_day

console = Console(Path(__file__).parent / "templates", "/console/reports")

_MAY: Final = ("sales_manager", "analyst", "marketer")
DAYS: Final = 30
_SOURCES: Final = 6
"""So many sources are told apart in the chart; the table has all."""

_REST: Final = "all others"


@console.get("/console/reports", *_MAY)
def shown(request: PageRequest) -> Answer:
    """Days are those of UTC, as the figures are counted."""
    last = request.now.date()
    days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
    total, by_day = report(days[0], last)
    leads = leads_by_day(days[0], last)
    return request.page(
        "reports.html",
        labels=[_noon(one) for one in days],
        leads=_leads(days, leads),
        sources=_sources(leads).most_common(),
        total=total,
        rates=_rates(days, by_day),
        speeds=[getattr(total, name) for name in SPEEDS],
        typical=_typical(total),
        **_offered(days, by_day),
    )


def _leads(days: list[date], found: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """A line per source that brought most, and one for all others."""
    first = [source for source, _ in _sources(found).most_common(_SOURCES)]
    lines = [{"label": one, "values": _column(days, found, [one])} for one in first]
    rest = [source for source in _sources(found) if source not in first]
    return [*lines, {"label": _REST, "values": _column(days, found, rest)}] if rest else lines


def _column(
    days: list[date], found: Mapping[str, Mapping[str, int]], sources: list[str]
) -> list[int]:
    of_day = [found.get(day.isoformat(), {}) for day in days]
    return [sum(one.get(source, 0) for source in sources) for one in of_day]


def _sources(found: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    return sum((Counter(one) for one in found.values()), Counter())


def _offered(days: list[date], found: Mapping[str, Figures]) -> dict[str, Any]:
    """What became of each day's hand-offs."""
    of_day = [found.get(day.isoformat(), Figures()) for day in days]
    hues = {"accepted": 6, "rejected": 2, "missed": 7}
    columns: list[dict[str, Any]] = [
        {"label": name.title(), "values": [getattr(d, name) for d in of_day], "hue": hue}
        for name, hue in hues.items()
    ]
    # Withdrawn ones, too: nobody had to answer them any more.
    answered = [sum(getattr(d, name) for name in hues) for d in of_day]
    waiting = [max(0, d.offered - n) for d, n in zip(of_day, answered, strict=True)]
    return {"answers": [*columns, {"label": "Open or withdrawn", "values": waiting, "hue": 0}]}


def _rates(days: list[date], found: Mapping[str, Figures]) -> list[float | None]:
    """Percent accepted of each day's hand-offs; nothing for days without any."""
    rates = [found.get(day.isoformat(), Figures()).acceptance_rate for day in days]
    return [round(float(one) * 100, 1) if one else None for one in rates]


def _typical(total: Figures) -> str | None:
    """The figure of `SPEEDS` in which the median acceptance lies."""
    accepted = sum(getattr(total, name) for name in SPEEDS)
    seen = 0
    for name in SPEEDS:
        seen += getattr(total, name)
        if accepted and seen * 2 >= accepted:
            return name
    return None


def _noon(day: date) -> int:
    # Midday falls on the same date in almost every zone the chart may be drawn for.
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


handle = console
