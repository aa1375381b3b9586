"""Exports of contacts: asked for, followed, fetched."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues, names
from shared.customers.exports.exporting import address_of, request_export
from shared.customers.exports.model import Export
from shared.customers.exports.repository import exports, need
from shared.customers.lists.repository import lists_by_name
from shared.kernel.errors import CrmError
from shared.pages.reading import read

from .schemas import PAGE_SIZE, ExportForm


def listed(request: PageRequest) -> Answer:
    """A page of them, newest first."""
    found, rest = exports(PAGE_SIZE, request.query.get("cursor"))
    return request.page("exports.html", found=found, next=rest, names=names(request.now))


def form(request: PageRequest) -> Answer:
    """The form to ask for one. `?list_id=&tag=&owner=&name_begins=` are filled in."""
    return request.page("new_export.html", key=request.id, **_choices(request))


def requested(request: PageRequest) -> Answer:
    """Have contacts written to a file; sent twice, it is one."""
    try:
        given = read(ExportForm, request.form)
        key = request.form.get("key") or None
        body = given.model_dump_json().encode()
        by = request.by.staff_id
        one = request_export(given.format, given.selection(), by, body, key, request.now)
    except CrmError as error:
        return request.refused("new_export.html", error, key="", **_choices(request))
    return request.redirect(f"/console/exports/{one.export_id}")


def shown(request: PageRequest, export_id: str) -> Answer:
    """One of them, and how far it is."""
    return request.page("export.html", **_view(request, need(export_id)))


def progress(request: PageRequest, export_id: str) -> Answer:
    """The part of that page that renews itself until the file is whole."""
    return request.page("export_part.html", **_view(request, need(export_id)))


def fetched(request: PageRequest, export_id: str) -> Answer:
    """The file, from the bucket, by an address that is good for some minutes; for who asked."""
    one = need(export_id)
    try:
        return request.redirect(address_of(one, request.by.staff_id))
    except CrmError as error:
        return request.refused("export.html", error, **_view(request, one))


def _view(request: PageRequest, one: Export) -> dict[str, Any]:
    mine = one.by == request.by.staff_id
    return {"one": one, "mine": mine, "names": names(request.now)}


def _choices(request: PageRequest) -> dict[str, Any]:
    people = [(one.staff_id, one.name) for one in colleagues(request.now)]
    return {"lists": lists_by_name(), "owners": people}
