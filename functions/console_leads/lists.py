"""All leads, or one's own, by state: filters, order, pages, kept views, and the file."""

from collections.abc import Mapping
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names, sellers
from shared.kernel.errors import Conflict, CrmError, Rejected, Stale
from shared.pages.reading import read
from shared.pages.rendering import with_query
from shared.platform.entry.http import reply
from shared.sales.leads.export import as_csv
from shared.sales.leads.listing import LeadList, list_leads
from shared.sales.leads.query import PAGING
from shared.sales.leads.states import MOVES, LeadState
from shared.sales.views.model import ViewInput
from shared.sales.views.views import add_view, change_view, remove_view, views_of

from .schemas import MAY_ADD, PAGE_SIZE, VersionForm, filters_in, list_asked
from .score import threshold

LIST: Final = "/console/leads"
_ASSIGNABLE: Final = [str(state) for state, to in MOVES.items() if LeadState.ASSIGNED in to]
"""States that a lead can be assigned from."""

Tab = tuple[str, str, bool]
_FURTHER: Final = ("source", "country", "created_from", "created_to")


def everybodys(request: PageRequest) -> Answer:
    """Leads by state, whoever owns them."""
    return _list(request, LIST, "All leads")


def own(request: PageRequest) -> Answer:
    """Leads of the person who asks."""
    return _list(request, f"{LIST}/mine", "My leads", owner="me")


def exported(request: PageRequest) -> Answer:
    """The list of such an address as a file."""
    file = as_csv(list_asked(request.query).of(request.person.staff_id))
    named = {"content-disposition": 'attachment; filename="leads.csv"'}
    return reply(200, file.text, headers=named, media_type="text/csv; charset=utf-8")


def kept(request: PageRequest) -> Answer:
    """Keep the list of this address under a name; one of that name is replaced."""
    whose, form = request.person.staff_id, request.form
    asked = {name: text for name, text in request.query.items() if name not in PAGING}
    try:
        given = read(ViewInput, {"name": form.get("name", ""), "query": asked})
        try:
            add_view(whose, given)
        except Conflict as taken:
            known = [one for one in views_of(whose) if one.view_id == taken.extra.get("view_id")]
            if not known:
                raise
            given.version = known[0].version
            change_view(whose, known[0].view_id, given)
    except (Rejected, Conflict, Stale) as error:
        return _list(request, LIST, "All leads", error)
    return request.redirect(with_query(LIST, given.query), done=f"View {given.name} saved")


def given_up(request: PageRequest, view_id: str) -> Answer:
    """Take a view away."""
    remove_view(request.person.staff_id, view_id, read(VersionForm, request.form).version)
    return request.redirect(LIST, done="View removed")


def _list(
    request: PageRequest, at: str, heading: str, error: CrmError | None = None, **fixed: str
) -> Answer:
    given = request.query
    state = _state(given, fixed)
    asked = {name: text for name, text in given.items() if text and name not in PAGING}
    views = views_of(request.person.staff_id)
    shown: dict[str, Any] = {
        "at": at,
        "heading": heading,
        "mine": "owner" in fixed,
        "tabs": _tabs(given, at, state, every=bool(fixed or given.get("owner"))),
        "owners": [("me", "Me"), *((one.staff_id, one.name) for one in sellers(request.now))],
        "filtered": filters_in(given),
        "views": views,
        "view": next((one for one in views if one.query == asked and not fixed), None),
        "asked": asked | fixed,
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
    except Rejected as refused:
        found, error = LeadList([]), refused
    shown |= {"leads": found.items, "next": found.next, "truncated": found.truncated}
    if error:
        return request.refused("list.html", error, **shown)
    return request.page("list.html", **shown)


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
