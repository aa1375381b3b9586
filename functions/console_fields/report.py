"""What came of each channel, month by month."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.channels.file import as_csv
from shared.customers.channels.repository import channels_now
from shared.customers.channels.results import FIGURES, ChannelResult, results
from shared.kernel.errors import CrmError
from shared.kernel.money import decimals
from shared.pages.rendering import with_query
from shared.platform.entry.http import reply

from .schemas import ReportQuery

_DRAWN: Final = 8
"""Channels in the chart; the table has all."""


@dataclass
class Sum:
    """The figures of one channel over all months asked for."""

    title: str
    figures: Counter[str] = field(default_factory=Counter)
    revenue: Counter[str] = field(default_factory=Counter)

    @property
    def money(self) -> list[str]:
        """The revenue in words, by currency."""
        return [
            f"{Decimal(amount).scaleb(-decimals(code)):,.{decimals(code)}f} {code}"
            for code, amount in sorted(self.revenue.items())
        ]


def shown(request: PageRequest) -> Answer:
    """A sum per channel, most interactions first, and a chart."""
    query = request.query
    try:
        asked = ReportQuery.asked(query, request.now)
    except CrmError as error:
        first, last = query.get("from", ""), query.get("to", "")
        return request.refused("report.html", error, sums=[], first=first, last=last, file="")
    sums = _sums(results(asked.first, asked.last))
    file = with_query("/console/channels/report/export", {"from": asked.first, "to": asked.last})
    return request.page(
        "report.html", sums=sums, drawn=sums[:_DRAWN], first=asked.first, last=asked.last, file=file
    )


def exported(request: PageRequest) -> Answer:
    """All figures as a file, with a line for each month and channel."""
    asked = ReportQuery.asked(request.query, request.now)
    named = {"content-disposition": 'attachment; filename="channels.csv"'}
    file = as_csv(results(asked.first, asked.last))
    return reply(200, file, headers=named, media_type="text/csv; charset=utf-8")


def _sums(found: list[ChannelResult]) -> list[Sum]:
    titles = channels_now()[1].by_id()
    sums: dict[str, Sum] = {}
    for one in found:
        title = titles[one.channel].title if one.channel in titles else one.channel
        of = sums.setdefault(one.channel, Sum(title))
        of.figures.update({name: getattr(one, name) for name in FIGURES})
        of.revenue.update(one.revenue)
    return sorted(sums.values(), key=_most_first)


def _most_first(one: Sum) -> Any:
    return -one.figures["interactions"], one.title.casefold()
