"""One list: who is on it, since when and how; putting people on it and taking them off."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import listed
from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.model import Contact
from shared.customers.lists.changes import delete_list, rename_list
from shared.customers.lists.members import add_members, remove_members
from shared.customers.lists.model import MAX_AT_ONCE, ListInput
from shared.customers.lists.reading import list_page
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.kernel.ids import is_id
from shared.pages.reading import read

from .schemas import MAX_ADDRESSES, MAY_EDIT, PAGE_SIZE, AddressesForm, VersionForm


def shown(request: PageRequest, list_id: str) -> Answer:
    """A page of who is on it."""
    return request.page("list.html", **_view(request, list_id))


def renamed(request: PageRequest, list_id: str) -> Answer:
    """Call it something else, or say otherwise what it is for."""
    try:
        version = read(VersionForm, request.form).version
        given = {name: request.form.get(name, "") for name in ("name", "description")}
        rename_list(list_id, read(ListInput, given), version, request.now)
    except CrmError as error:
        return request.refused("list.html", error, **_view(request, list_id))
    return request.redirect(f"/console/lists/{list_id}", done="Saved")


def given_up(request: PageRequest, list_id: str) -> Answer:
    """Put the list away; who was on it is not touched."""
    try:
        delete_list(list_id, read(VersionForm, request.form).version, request.now)
    except CrmError as error:
        return request.refused("list.html", error, **_view(request, list_id))
    return request.redirect("/console/lists", done="The list is gone; its people stay")


def added(request: PageRequest, list_id: str) -> Answer:
    """Put people on it, by addresses of theirs. One that nobody has stops all of it."""
    try:
        found = _contacts(read(AddressesForm, request.form).each())
        done = add_members(
            list_id, [one.contact_id for one in found], request.by.staff_id, request.now
        )
    except CrmError as error:
        return request.refused("list.html", error, **_view(request, list_id))
    new = sum(one.outcome == "added" for one in done)
    said = f"{new} put on it" + (f", {len(done) - new} were on it" if new < len(done) else "")
    return request.redirect(f"/console/lists/{list_id}", done=said)


def taken_off(request: PageRequest, list_id: str) -> Answer:
    """Take those that are ticked off the list."""
    ticked = [one for one in request.form_lists.get("contact", []) if is_id("contact", one)]
    gone = remove_members(list_id, ticked[:MAX_AT_ONCE]) if ticked else []
    count = sum(one.outcome == "removed" for one in gone)
    return request.redirect(f"/console/lists/{list_id}", done=f"{count} taken off")


def _view(request: PageRequest, list_id: str) -> dict[str, Any]:
    page = list_page(list_id, PAGE_SIZE, request.query.get("cursor"))
    contacts = listed(page.contacts.values(), request.now)
    return {
        "one": page.of,
        "members": page.members,
        "contacts": {one.contact_id: one for one in contacts},
        "next": page.rest,
        "names": names(request.now),
        "may_edit": request.by.has(*MAY_EDIT),
    }


def _contacts(addresses: list[str]) -> list[Contact]:
    """The contacts that have these addresses. Raises `Rejected` naming the first that none has."""
    if len(addresses) > MAX_ADDRESSES:
        raise _wrong("too_many", f"At most {MAX_ADDRESSES} at once; bring more along from a file")
    found = []
    for address in addresses:
        try:
            contact = (
                find_by_address("email", email_of(address))
                if "@" in address
                else find_by_address("phone", phone_of(address, None))
            )
        except Unusable as error:
            raise _wrong(error.at("addresses").code, f"{address}: {error}") from error
        if contact is None or contact.deleted_at:
            raise _wrong("contact_unknown", f"{address}: no contact has this address")
        found.append(contact)
    return found


def _wrong(code: str, said: str) -> CrmError:
    return Rejected(
        "validation_failed", "Nobody was put on it", [FieldError("addresses", code, said)]
    )
