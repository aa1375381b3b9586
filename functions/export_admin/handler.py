"""Exports of contacts: `GET|POST /v1/exports`, `GET /v1/exports/{export_id}` and its `/file`:
sales managers and marketers."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.exports.exporting import MAY_EXPORT, address_of, request_export
from shared.customers.exports.repository import exports, need
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.platform.files import DOWNLOAD_SECONDS

from .schemas import Download, ExportPage, ExportView, NewExport

http = Http()


@http.get("/v1/exports")
def listed(request: Request) -> Response[Any]:
    """`?limit=&cursor=`: newest first."""
    signed_in(request, *MAY_EXPORT)
    query = request.query
    found, rest = exports(page_size(query.get("limit")), query.get("cursor"))
    return reply(200, ExportPage(items=[ExportView.of(one) for one in found], next=rest))


@http.post("/v1/exports")
def requested(request: Request) -> Response[Any]:
    """202: it is written by itself; ask the export how far it is."""
    by = signed_in(request, *MAY_EXPORT)
    new = request.json(NewExport)
    key = request.headers.get("idempotency-key")
    one = request_export(new.format, new.selection, by.staff_id, request.body, key, request.now)
    location = {"location": f"/v1/exports/{one.export_id}"}
    return reply(202, ExportView.of(one), headers=location)


@http.get("/v1/exports/{export_id}")
def shown(request: Request, export_id: str) -> Response[Any]:
    """The export, and how many contacts are written so far."""
    signed_in(request, *MAY_EXPORT)
    return reply(200, ExportView.of(need(export_id)))


@http.get("/v1/exports/{export_id}/file")
def fetched(request: Request, export_id: str) -> Response[Any]:
    """The address of the file, for who asked for it: others may see less of people."""
    by = signed_in(request, *MAY_EXPORT)
    address = address_of(need(export_id), by.staff_id)
    found = Download(url=address, expires_in=DOWNLOAD_SECONDS)
    return reply(200, found, headers={"cache-control": "no-store"})


handle = http
