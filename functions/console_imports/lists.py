"""All imports, newest first."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.imports.listing import keys_of_imports
from shared.customers.imports.model import Import
from shared.customers.imports.repository import customers
from shared.platform.requests import Key
from shared.platform.tables import Table

from .schemas import PAGE_SIZE


def where(request: PageRequest) -> list[tuple[Table, Key]]:
    """Where those of a page are."""
    keys, request.prepared = keys_of_imports(PAGE_SIZE, request.query.get("cursor"))
    return [(customers, key) for key in keys]


def listed(request: PageRequest) -> Answer:
    """A page of them."""
    found = [Import.model_validate(one) for one in request.among if one]
    people = names(request.now)
    return request.page("list.html", found=found, next=request.prepared, names=people)
