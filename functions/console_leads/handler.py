"""`/console/leads…`: lists of leads, one lead with all that is known of it, and what to do."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from shared.console.entry import Answer, Console, PageRequest
from shared.console.names import names, sellers
from shared.console.rendering import with_query
from shared.kernel.errors import NotFound, Rejected
from shared.platform.auth import ROLES
from shared.platform.entry.http import reply
from shared.sales.leads.export import as_csv
from shared.sales.leads.listing import LeadList, list_leads
from shared.sales.leads.states import LeadState
from shared.sales.scoring.rule_sets import active_rules

from .schemas import filters_in, list_asked

PAGE_SIZE = 50
MAY_ADD = ("rep", "sales_manager", "marketer", "agent")
MAY_MOVE = ("rep", "sales_manager")

console = Console(Path(__file__).parent / "templates", "/console/leads")


@console.get("/console/leads", *ROLES)
def everybodys(request: PageRequest) -> Answer:
    """Leads by state, whoever owns them."""
    return _list(request, "/console/leads", "All leads")


@console.get("/console/leads/mine", *MAY_MOVE)
def own(request: PageRequest) -> Answer:
    """Leads of the person who asks."""
    return _list(request, "/console/leads/mine", "My leads", owner=request.person.staff_id)


@console.get("/console/leads/export", *ROLES)
def exported(request: PageRequest) -> Answer:
    """The list of such an address as a file."""
    file = as_csv(list_asked(request.query).of(request.person.staff_id))
    named = {"content-disposition": 'attachment; filename="leads.csv"'}
    return reply(200, file.text, headers=named, media_type="text/csv; charset=utf-8")


def _list(request: PageRequest, at: str, heading: str, **fixed: str) -> Answer:
    given = request.query
    shown: dict[str, Any] = {
        "at": at,
        "heading": heading,
        "mine": "owner" in fixed,
        "tabs": _tabs(given, at, every=bool(fixed or given.get("owner"))),
        "owners": [("me", "Me"), *((one.staff_id, one.name) for one in sellers(request.now))],
        "filtered": filters_in(given),
        "further": sum(name in filters_in(given) for name in _FURTHER),
        "sort": given.get("sort") or "-created",
        "names": names(request.now),
        "threshold": _threshold(request),
        "may_add": request.by.has(*MAY_ADD),
    }
    try:
        query = list_asked(given, **fixed).of(request.person.staff_id)
        found = list_leads(query, limit=PAGE_SIZE, cursor=given.get("cursor"))
    except Rejected as error:
        return request.refused("list.html", error, **shown, **_nothing())
    return request.page(
        "list.html", **shown, leads=found.items, next=found.next, truncated=found.truncated
    )


_FURTHER = ("source", "country", "created_from", "created_to")


def _nothing() -> dict[str, Any]:
    none = LeadList([])
    return {"leads": none.items, "next": none.next, "truncated": none.truncated}


def _tabs(given: dict[str, str], at: str, *, every: bool) -> list[tuple[str, str, bool]]:
    """All states together where there is one owner, then each."""
    now = given.get("state") or ("" if every else LeadState.NEW.value)
    states = [*([("All", "")] if every else []), *((s.capitalize(), s.value) for s in LeadState)]
    return [
        (label, with_query(at, given, state=state, cursor=None), state == now)
        for label, state in states
    ]


def _threshold(request: PageRequest) -> Decimal | None:
    try:
        return active_rules(request.now).value.threshold
    except NotFound:
        return None


handle = console
