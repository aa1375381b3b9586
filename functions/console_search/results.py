"""Contacts and accounts that may be meant, best first: a page, or suggestions while typing."""

from datetime import datetime
from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.customers.access.showing import listed
from shared.customers.search.finding import Hit, find
from shared.kernel.errors import Rejected
from shared.pages.reading import read

from .reasons import reason
from .schemas import MAY_ADD, SHOWN, SUGGESTED, SearchQuery


def shown(request: PageRequest) -> Answer:
    """All that were found; the script of the search box gets the first few as its options."""
    limit = SHOWN if request.whole else SUGGESTED
    template = "results.html" if request.whole else "suggestions.html"
    view: dict[str, Any] = {"found": [], "asked": "", "may_add": request.by.has(*MAY_ADD)}
    try:
        view["asked"] = asked = read(SearchQuery, request.query).q
    except Rejected as error:
        return request.refused(template, error, **view)
    if asked:
        view["found"] = _found(asked, limit, request.now)
    return request.page(template, **view)


def _found(asked: str, limit: int, now: datetime) -> list[tuple[Hit, str]]:
    return [(_listed(one, now), reason(one, asked)) for one in find(asked, limit=limit)]


def _listed(hit: Hit, now: datetime) -> Hit:
    if hit.contact is None:
        return hit
    return hit.model_copy(update={"contact": listed([hit.contact], now)[0]})
