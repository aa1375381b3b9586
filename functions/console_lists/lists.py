"""All lists, and making one."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.lists.changes import create_list
from shared.customers.lists.model import ListInput
from shared.customers.lists.repository import customers, from_item, keys_of_lists
from shared.kernel.errors import CrmError
from shared.pages.reading import read
from shared.platform.requests import Key
from shared.platform.tables import Table

from .schemas import MAY_EDIT, PAGE_SIZE


def where(request: PageRequest) -> list[tuple[Table, Key]]:
    """Where those of a page are."""
    keys, request.prepared = keys_of_lists(PAGE_SIZE, request.query.get("cursor"))
    return [(customers, key) for key in keys]


def listed(request: PageRequest) -> Answer:
    """A page of them, by name."""
    found = [from_item(one) for one in request.among if one]
    may_edit = request.by.has(*MAY_EDIT)
    people = names(request.now)
    return request.page(
        "lists.html", found=found, next=request.prepared, names=people, may_edit=may_edit
    )


def form(request: PageRequest) -> Answer:
    """The form for a new list."""
    return request.page("new_list.html", key=request.id)


def created(request: PageRequest) -> Answer:
    """Make an empty list; sent twice, it is one."""
    try:
        form = request.form
        given = {name: form.get(name, "") for name in ("name", "description")}
        new = read(ListInput, given)
        one = create_list(new, request.by.staff_id, form.get("key") or None, request.now)
    except CrmError as error:
        return request.refused("new_list.html", error, key="")
    return request.redirect(f"/console/lists/{one.list_id}", done="Made: nobody is on it yet")
