"""`GET /v1/search`: staff."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.search.finding import MOST, find
from shared.directory.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.auth import ROLES
from shared.platform.entry.http import Http, Request, reply

from .schemas import SearchQuery, SearchResult

http = Http()
_SHOWN = "20"


@http.get("/v1/search")
def searched(request: Request) -> Response[Any]:
    """Contacts and accounts that may be meant by `q`, best first; `limit` is 50 at most."""
    signed_in(request, *ROLES)
    asked = request.parameters(SearchQuery)
    limit = min(page_size(request.query.get("limit", _SHOWN)), MOST)
    found = find(asked.q, limit=limit, country=asked.country)
    return reply(200, SearchResult.of(found, request.now))


handle = http
