"""`GET /v1/audit`, `GET /v1/audit/{entry_id}`: who changed which configuration when, and how.

Administrators see all of it, sales managers what they configure themselves.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.tables import CUSTOMERS
from shared.directory.access import signed_in
from shared.directory.audit_log import READERS, audit_entry, audit_page
from shared.directory.tables import DIRECTORY
from shared.kernel.paging import page_size
from shared.marketing.tables import MARKETING
from shared.platform.entry.http import Http, Request, reply
from shared.platform.tables import Table
from shared.sales.tables import SALES
from shared.support.tables import SUPPORT

from .schemas import EntryDetail, EntryPage, ListQuery

http = Http()

TABLES = {spec.name: Table(spec) for spec in (SALES, CUSTOMERS, DIRECTORY, MARKETING, SUPPORT)}


@http.get("/v1/audit")
def listed(request: Request) -> Response[Any]:
    """`?noun=&id=&by=&limit=&cursor=`: newest first."""
    reader = signed_in(request, *READERS)
    query = request.parameters(ListQuery)
    limit = page_size(request.query.get("limit"))
    found, rest = audit_page(reader, query.wanted(), limit=limit, cursor=query.cursor)
    return reply(200, EntryPage(items=found, next=rest))


@http.get("/v1/audit/{entry_id}")
def shown(request: Request, entry_id: str) -> Response[Any]:
    """One change, with every place that it changed."""
    reader = signed_in(request, *READERS)
    entry, changed = audit_entry(reader, entry_id, TABLES)
    return reply(200, EntryDetail.of(entry, changed))


handle = http
