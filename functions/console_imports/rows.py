"""What became of the rows of an import, page by page, and those that failed as a file."""

from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.customers.imports.listing import OUTCOMES, errors_address, rows, run_of
from shared.pages.rendering import with_query

from .schemas import PAGE_SIZE

_ORDER: Final = ("created", "existing", "failed", "skipped", "removed", "left")


def told(request: PageRequest, import_id: str) -> Answer:
    """`?run=&outcome=&cursor=`: the rows of a run (default: the newest)."""
    query = request.query
    outcome = query.get("outcome") if query.get("outcome") in OUTCOMES else None
    one, run = run_of(import_id, query.get("run"))
    found, rest = rows(import_id, run, outcome, limit=PAGE_SIZE, cursor=query.get("cursor"))
    at = f"/console/imports/{import_id}/rows"
    kept = {"run": run.number}
    tabs = [("All", with_query(at, kept), outcome is None)]
    tabs += [
        (
            f"{name.capitalize()} ({getattr(run, name)})",
            with_query(at, kept, outcome=name),
            name == outcome,
        )
        for name in _ORDER
        if getattr(run, name)
    ]
    return request.page("rows.html", at=at, one=one, run=run, rows=found, next=rest, tabs=tabs)


def failed(request: PageRequest, import_id: str) -> Answer:
    """The rows that failed, each with its reasons, as CSV: from the bucket, by an address that
    is good for some minutes."""
    return request.redirect(errors_address(import_id, request.query.get("run")))
