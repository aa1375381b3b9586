"""Contacts by name: everybody's, somebody's, with a tag, or those put away."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues, names
from shared.customers.access.showing import listed as masked
from shared.customers.contacts.listing import list_contacts
from shared.kernel.errors import CrmError, Rejected
from shared.pages.reading import read
from shared.pages.rendering import with_query

from .schemas import MAY_EDIT, PAGE_SIZE, ListQuery

LIST: Final = "/console/contacts"


def listed(request: PageRequest) -> Answer:
    """A page of the list that the address asks for."""
    given, me = request.query, request.person.staff_id
    error: CrmError | None = None
    try:
        query = read(ListQuery, given).of(me)
        found = list_contacts(query, limit=PAGE_SIZE, cursor=given.get("cursor"))
    except Rejected as refused:
        found, error = ([], None), refused
    shown: dict[str, Any] = {
        "at": LIST,
        "contacts": masked(found[0], request.now),
        "next": found[1],
        "tabs": _tabs(given),
        "deleted": given.get("deleted") == "yes",
        "filtered": any(given.get(name) for name in ("owner", "tag", "name")),
        "owners": [("me", "Me"), *((one.staff_id, one.name) for one in colleagues(request.now))],
        "names": names(request.now),
        "may_add": request.by.has(*MAY_EDIT),
    }
    if error:
        return request.refused("list.html", error, **shown)
    return request.page("list.html", **shown)


def _tabs(given: dict[str, str]) -> list[tuple[str, str, bool]]:
    away, mine = given.get("deleted") == "yes", given.get("owner") == "me"
    cleared = {"cursor": None, "deleted": None}
    return [
        ("All", with_query(LIST, given, owner=None, **cleared), not away and not mine),
        ("Mine", with_query(LIST, given, owner="me", **cleared), mine and not away),
        ("Put away", with_query(LIST, {}, deleted="yes"), away),
    ]
