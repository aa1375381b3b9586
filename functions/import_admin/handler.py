"""Imports: announced, mapped, tried out, started, cancelled, undone, and what became of each row.

`GET|POST /v1/imports`, `GET /v1/imports/{import_id}`, `PUT /v1/imports/{import_id}/mapping`,
`POST /v1/imports/{import_id}/start|cancel|undo`, `GET /v1/imports/{import_id}/rows|errors`:
sales managers and marketers.
"""

from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.customers.contacts.importing import ContactKind
from shared.customers.imports.beginning import Offered, begin_import, choose_mapping
from shared.customers.imports.listing import errors_address, imports, rows, run_of
from shared.customers.imports.repository import load
from shared.customers.imports.running import cancel_import, start_import, undo_import
from shared.customers.imports.target import Kinds
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import Staff
from shared.platform.entry.http import Http, Request, reply
from shared.platform.files import DOWNLOAD_SECONDS
from shared.sales.hand_offs.import_undo import put_aside
from shared.sales.leads.importing import LeadKind

from .schemas import (
    Download,
    ImportPage,
    ImportSummary,
    ImportView,
    MappingChoice,
    NewImport,
    ResultPage,
    ResultView,
    Start,
    Undo,
)

KINDS: Final[Kinds] = {"contacts": ContactKind(), "leads": LeadKind(put_aside)}

http = Http()


@http.get("/v1/imports")
def listed(request: Request) -> Response[Any]:
    """`?limit=&cursor=`: newest first."""
    _allowed(request)
    query = request.query
    found, rest = imports(page_size(query.get("limit")), query.get("cursor"))
    return reply(200, ImportPage(items=[ImportSummary.of(one) for one in found], next=rest))


@http.post("/v1/imports")
def begun(request: Request) -> Response[Any]:
    """201 with the address to send the file to."""
    by = _allowed(request)
    new = request.json(NewImport)
    key = request.headers.get("idempotency-key")
    one = begin_import(new.target, new.file_name, by.staff_id, key, request.now)
    return _shown(one.import_id, request, by, 201)


@http.get("/v1/imports/{import_id}")
def shown(request: Request, import_id: str) -> Response[Any]:
    """The import, how far it is, and until it begins the first rows of its file."""
    return _shown(import_id, request, _allowed(request))


@http.put("/v1/imports/{import_id}/mapping")
def mapped(request: Request, import_id: str) -> Response[Any]:
    """What the columns mean; 412 when the import changed since it was read."""
    by = _allowed(request)
    choice = request.json(MappingChoice)
    choose_mapping(
        import_id,
        choice.mapping(),
        choice.encoding,
        choice.delimiter,
        version=choice.version,
        offered=_offered(by, request),
        now=request.now,
    )
    return _shown(import_id, request, by)


@http.post("/v1/imports/{import_id}/start")
def started(request: Request, import_id: str) -> Response[Any]:
    """202: it goes on by itself; ask the import how far it is."""
    by = _allowed(request)
    wish = request.json(Start)
    start_import(
        import_id,
        dry_run=wish.dry_run,
        version=wish.version,
        by=by.staff_id,
        offered=_offered(by, request),
        now=request.now,
        list_id=wish.list_id,
    )
    return _shown(import_id, request, by, 202)


@http.post("/v1/imports/{import_id}/cancel")
def cancelled(request: Request, import_id: str) -> Response[Any]:
    """202: no further chunk is begun."""
    by = _allowed(request)
    cancel_import(import_id, request.now)
    return _shown(import_id, request, by, 202)


@http.post("/v1/imports/{import_id}/undo")
def undone(request: Request, import_id: str) -> Response[Any]:
    """202: what was created and nobody changed since goes."""
    by = _allowed(request)
    wish = request.json(Undo)
    undo_import(import_id, version=wish.version, by=by.staff_id, now=request.now)
    return _shown(import_id, request, by, 202)


@http.get("/v1/imports/{import_id}/rows")
def told(request: Request, import_id: str) -> Response[Any]:
    """`?run=&outcome=&limit=&cursor=`: what became of the rows of a run (default: the newest)."""
    _allowed(request)
    query = request.query
    _, run = run_of(import_id, query.get("run"))
    found, rest = rows(
        import_id,
        run,
        query.get("outcome"),
        limit=page_size(query.get("limit")),
        cursor=query.get("cursor"),
    )
    return reply(200, ResultPage(items=[ResultView.of(one) for one in found], next=rest))


@http.get("/v1/imports/{import_id}/errors")
def failed(request: Request, import_id: str) -> Response[Any]:
    """`?run=`: where all rows that failed can be fetched from, each with its reasons, as CSV."""
    _allowed(request)
    address = errors_address(import_id, request.query.get("run"))
    return reply(
        200,
        Download(url=address, expires_in=DOWNLOAD_SECONDS),
        headers={"cache-control": "no-store"},
    )


def _allowed(request: Request) -> Staff:
    return signed_in(request, "sales_manager", "marketer")


def _offered(by: Staff, request: Request) -> Offered:
    return lambda target: KINDS[target].fields(request.now, by)


def _shown(import_id: str, request: Request, by: Staff, status: int = 200) -> Response[Any]:
    one, runs = load(import_id)
    view = ImportView.shown(one, runs, _offered(by, request)(one.target))
    location = {"location": f"/v1/imports/{import_id}"} if status == 201 else {}
    return reply(status, view, headers={"cache-control": "no-store", **location})


handle = http
