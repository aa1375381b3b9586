"""All imports, newest first."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.imports.listing import imports

from .schemas import PAGE_SIZE


def listed(request: PageRequest) -> Answer:
    """A page of them."""
    found, rest = imports(PAGE_SIZE, request.query.get("cursor"))
    return request.page("list.html", found=found, next=rest, names=names(request.now))
