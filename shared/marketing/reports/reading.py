"""Reading what a report says, and writing it down as a file."""

import csv
import io
from typing import Final

from shared.customers.exports.cells import neutral
from shared.marketing.campaigns.model import Campaign
from shared.marketing.campaigns.repository import marketing, need

from .report import Part, Report, report_of
from .repository import figures_and_links

_MARK: Final = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""

_FIGURES: Final = ("sent", "delivered", "bounced", "complained", "opened", "clicked", "converted")
_RAW: Final = ("opens", "openers", "clicks", "clickers", "human_opens", "human_clicks")
COLUMNS: Final = ("part", "name", *_FIGURES, *_RAW, "message_cost", "revenue")


def read_report(campaign_id: str, model: str) -> Report:
    """What came of a campaign. A read and two queries, whatever its size. Raises `NotFound`."""
    return report_on(need(campaign_id), model)


def report_on(campaign: Campaign, model: str) -> Report:
    """The same of a campaign that was just read: two queries."""
    pk = f"CAMPAIGN#{campaign.campaign_id}"
    sums = marketing.query_all(pk, begins="PROGRESS#", consistent=True)
    figures, addresses = figures_and_links(campaign.campaign_id)
    return report_of(campaign, sums, figures, addresses if campaign.tracking else (), model)


def as_csv(report: Report) -> str:
    """The report as a table (RFC 4180, UTF-8): a line for the whole, each channel, variant and
    link; amounts in minor units."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(COLUMNS)
    for kind, parts in (
        ("total", [report.total]),
        ("channel", report.channels),
        ("variant", report.variants),
    ):
        for one in parts:
            write(_cells(kind, one))
    for link in report.links:
        followed = {"clicked": link.human_clickers, **link.model_dump()}
        cells = [followed.get(name, "") for name in (*_FIGURES, *_RAW)]
        write(["link", neutral(link.address), *cells, "", ""])
    return _MARK + out.getvalue()


def _cells(kind: str, one: Part) -> list[object]:
    figures = [getattr(one, name) for name in _FIGURES]
    raw = [getattr(one.raw, name) for name in _RAW]
    return [kind, one.name, *figures, *raw, one.message_cost, one.revenue]
