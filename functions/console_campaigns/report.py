"""What came of a campaign: people first, robots and repetitions beside (rows M18 and X5)."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.errors import CrmError
from shared.marketing.ab_tests.deciding import choose_winner
from shared.marketing.attribution.models import MODELS
from shared.marketing.campaigns.model import Campaign, State
from shared.marketing.campaigns.repository import need, need_in
from shared.marketing.reports.reading import as_csv, report_on
from shared.platform.entry.http import reply

from .schemas import WRITERS, number

_UNDECIDED: Final = frozenset({State.ACTIVE, State.PAUSED})

_MODELS: Final = {
    "last": "The last touch before it",
    "first": "The first touch",
    "linear": "All touches alike",
    "position": "First and last most",
    "time_decay": "Later touches more",
}


def shown(request: PageRequest, campaign_id: str) -> Answer:
    """The report; `?model=` says which touches revenue is counted to."""
    return request.page("report.html", **_view(request, need_in(request.found)))


def chosen(request: PageRequest, campaign_id: str) -> Answer:
    """Let the rest of a test's audience get the variant that somebody chose."""
    form = request.form
    try:
        version = number(form.get("version", ""))
        by = request.by.staff_id
        choose_winner(campaign_id, form.get("variant", ""), version, by, request.now)
    except CrmError as error:
        return request.refused("report.html", error, **_view(request, need(campaign_id)))
    return request.redirect(f"/console/campaigns/{campaign_id}/report", done="The rest gets it")


def _view(request: PageRequest, one: Campaign) -> dict[str, Any]:
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
    return {
        "one": one,
        "report": found,
        "funnel": funnel,
        "models": models,
        "names": names(request.now),
        "open": one.state in _UNDECIDED and request.by.has(*WRITERS),
    }


def file(request: PageRequest, campaign_id: str) -> Answer:
    """The same as a table."""
    found = report_on(need_in(request.found), _model(request))
    headers = {"content-disposition": f'attachment; filename="{campaign_id}.csv"'}
    return reply(200, as_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


def _model(request: PageRequest) -> Any:
    asked = request.query.get("model", "")
    return asked if asked in MODELS else "last"
