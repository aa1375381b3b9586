"""Lists of people: `GET|POST /v1/lists`, `GET|PUT|DELETE /v1/lists/{list_id}`,
`GET|POST /v1/lists/{list_id}/members`, `POST /v1/lists/{list_id}/removals`: staff read, those who
work with people change."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.customers.lists.changes import create_list, delete_list, rename_list
from shared.customers.lists.members import add_members, remove_members
from shared.customers.lists.model import ListChange, ListInput
from shared.customers.lists.repository import lists, members, need
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply

from .schemas import ListPage, MemberPage, Outcomes, People, Removal

WRITERS: Final = ("rep", "sales_manager", "agent", "supervisor", "marketer")

http = Http()


@http.get("/v1/lists")
def listed(request: Request) -> Response[Any]:
    """`?limit=&cursor=`: by name."""
    signed_in(request, *ROLES)
    query = request.query
    found, rest = lists(page_size(query.get("limit")), query.get("cursor"))
    return reply(200, ListPage(items=found, next=rest))


@http.post("/v1/lists")
def created(request: Request) -> Response[Any]:
    """201 with an empty list; the same again with its key is the same list."""
    by = signed_in(request, *WRITERS)
    key = request.headers.get("idempotency-key")
    one = create_list(request.json(ListInput), by.staff_id, key, request.now)
    return reply(201, one, headers={"location": f"/v1/lists/{one.list_id}"})


@http.get("/v1/lists/{list_id}")
def shown(request: Request, list_id: str) -> Response[Any]:
    """The list, and how many are on it."""
    signed_in(request, *ROLES)
    return reply(200, need(list_id))


@http.put("/v1/lists/{list_id}")
def renamed(request: Request, list_id: str) -> Response[Any]:
    """The list as it is now."""
    signed_in(request, *WRITERS)
    change = request.json(ListChange)
    return reply(200, rename_list(list_id, change, change.version, request.now))


@http.delete("/v1/lists/{list_id}")
def removed(request: Request, list_id: str) -> Response[Any]:
    """204; `?version=` as it was seen. The people stay."""
    signed_in(request, *WRITERS)
    delete_list(list_id, request.parameters(Removal).version, request.now)
    return reply(204)


@http.get("/v1/lists/{list_id}/members")
def on_it(request: Request, list_id: str) -> Response[Any]:
    """`?limit=&cursor=`: who is on it, who put them there, when."""
    signed_in(request, *ROLES)
    need(list_id)
    query = request.query
    found, rest = members(list_id, page_size(query.get("limit")), query.get("cursor"))
    return reply(200, MemberPage(items=found, next=rest))


@http.post("/v1/lists/{list_id}/members")
def added(request: Request, list_id: str) -> Response[Any]:
    """200 with what became of each; the same again changes nothing."""
    by = signed_in(request, *WRITERS)
    wish = request.json(People)
    return reply(200, Outcomes.of(add_members(list_id, wish.contact_ids, by.staff_id, request.now)))


@http.post("/v1/lists/{list_id}/removals")
def taken_off(request: Request, list_id: str) -> Response[Any]:
    """200 with what became of each; the same again changes nothing."""
    signed_in(request, *WRITERS)
    return reply(200, Outcomes.of(remove_members(list_id, request.json(People).contact_ids)))


handle = http
