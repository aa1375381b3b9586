"""All leads, or one's own, by state: filters, order, pages, and the file."""

from collections.abc import Mapping
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names, sellers
from shared.console.rendering import with_query
from shared.kernel.errors import Rejected
from shared.platform.entry.http import reply
from shared.sales.leads.export import as_csv
from shared.sales.leads.listing import LeadList, list_leads
from shared.sales.leads.states import MOVES, LeadState

from .schemas import MAY_ADD, PAGE_SIZE, filters_in, list_asked
from .score import threshold

_ASSIGNABLE: Final = [str(state) for state, to in MOVES.items() if LeadState.ASSIGNED in to]
"""States that a lead can be assigned from."""

Tab = tuple[str, str, bool]
_FURTHER: Final = ("source", "country", "created_from", "created_to")


def everybodys(request: PageRequest) -> Answer:
    """Leads by state, whoever owns them."""
    return _list(request, "/console/leads", "All leads")


def own(request: PageRequest) -> Answer:
    """Leads of the person who asks."""
    return _list(request, "/console/leads/mine", "My leads", owner=request.person.staff_id)


def exported(request: PageRequest) -> Answer:
    """The list of such an address as a file."""
    file = as_csv(list_asked(request.query).of(request.person.staff_id))
    named = {"content-disposition": 'attachment; filename="leads.csv"'}
    return reply(200, file.text, headers=named, media_type="text/csv; charset=utf-8")


def _list(request: PageRequest, at: str, heading: str, **fixed: str) -> Answer:
    given = request.query
    state = _state(given, fixed)
    shown: dict[str, Any] = {
        "at": at,
        "heading": heading,
        "mine": "owner" in fixed,
        "tabs": _tabs(given, at, state, every=bool(fixed or given.get("owner"))),
        "owners": [("me", "Me"), *((one.staff_id, one.name) for one in sellers(request.now))],
        "filtered": filters_in(given),
        "further": sum(name in filters_in(given) for name in _FURTHER),
        "sort": given.get("sort") or "-created",
        "names": names(request.now),
        "threshold": threshold(request.now),
        "may_add": request.by.has(*MAY_ADD),
        "sellers": sellers(request.now),
        "assigns": request.by.has("sales_manager") and state in _ASSIGNABLE,
    }
    try:
        query = list_asked(given, **fixed).of(request.person.staff_id)
        found = list_leads(query, limit=PAGE_SIZE, cursor=given.get("cursor"))
    except Rejected as error:
        return request.refused("list.html", error, **shown, **_nothing())
    return request.page(
        "list.html", **shown, leads=found.items, next=found.next, truncated=found.truncated
    )


def _nothing() -> dict[str, Any]:
    none = LeadList([])
    return {"leads": none.items, "next": none.next, "truncated": none.truncated}


def _state(given: Mapping[str, str], fixed: Mapping[str, str]) -> str:
    """Of which state the list is; "": of all."""
    return given.get("state") or ("" if given.get("owner") or fixed else LeadState.NEW.value)


def _tabs(given: Mapping[str, str], at: str, state: str, *, every: bool) -> list[Tab]:
    """All states together where there is one owner, then each."""
    states = [*([("All", "")] if every else []), *((s.capitalize(), s.value) for s in LeadState)]
    return [
        (label, with_query(at, given, state=one, cursor=None), one == state)
        for label, one in states
    ]
