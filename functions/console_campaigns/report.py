"""What came of a campaign: people first, robots and repetitions beside (rows M18 and X5)."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.marketing.attribution.models import MODELS
from shared.marketing.campaigns.repository import need_in
from shared.marketing.reports.reading import as_csv, report_on
from shared.platform.entry.http import reply

_MODELS: Final = {
    "last": "The last touch before it",
    "first": "The first touch",
    "linear": "All touches alike",
    "position": "First and last most",
    "time_decay": "Later touches more",
}


def shown(request: PageRequest, campaign_id: str) -> Answer:
    """The report; `?model=` says which touches revenue is counted to."""
    one = need_in(request.found)
    found = report_on(one, _model(request))
    total = found.total
    funnel = [
        ("Sent", total.sent),
        ("Arrived", total.delivered),
        ("Opened", total.opened),
        ("Clicked", total.clicked),
        ("Converted", total.converted),
    ]
    models = [(name, _MODELS[name]) for name in MODELS]
    return request.page("report.html", one=one, report=found, funnel=funnel, models=models)


def file(request: PageRequest, campaign_id: str) -> Answer:
    """The same as a table."""
    found = report_on(need_in(request.found), _model(request))
    headers = {"content-disposition": f'attachment; filename="{campaign_id}.csv"'}
    return reply(200, as_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


def _model(request: PageRequest) -> Any:
    asked = request.query.get("model", "")
    return asked if asked in MODELS else "last"
