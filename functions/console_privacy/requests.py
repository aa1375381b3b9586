"""Requests for exports and erasures: all of them, and one with how far it is."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.privacy.model import RequestState
from shared.customers.privacy.reading import list_requests, request_in_full
from shared.kernel.errors import NotFound

from .schemas import PAGE_SIZE


def listed(request: PageRequest) -> Answer:
    """A page of them, newest first."""
    found, rest = list_requests(None, limit=PAGE_SIZE, cursor=request.query.get("cursor"))
    return request.page("requests.html", found=found, next=rest, names=names(request.now))


def shown(request: PageRequest, request_id: str) -> Answer:
    """One of them, store by store."""
    return request.page("request.html", **_view(request, request_id))


def progress(request: PageRequest, request_id: str) -> Answer:
    """The part of that page that renews itself while the work goes on."""
    return request.page("request_part.html", **_view(request, request_id))


def fetched(request: PageRequest, request_id: str) -> Answer:
    """The file of an export, from the bucket, by an address that is good for some minutes."""
    address = request_in_full(request_id, request.now).download_url
    if address is None:
        raise NotFound("export_gone", "There is no file, or none any more")
    return request.redirect(address)


def _view(request: PageRequest, request_id: str) -> dict[str, Any]:
    found = request_in_full(request_id, request.now)
    one = found.request
    return {
        "one": one,
        "stores": sorted(found.stores, key=lambda store: store.store),
        "done": {
            store.store
            for store in found.stores
            if (store.state, store.round) == ("done", one.round)
        },
        "moving": one.state in (RequestState.REQUESTED, RequestState.RUNNING),
        "fetchable": found.download_url is not None,
        "certified": found.certified,
        "names": names(request.now),
    }
