"""`GET /forms/{form_id}` (page) and `GET /v1/forms/{form_id}/definition` (JSON), public."""

from typing import Any

from shared.platform.entry.cors import allow_origin, preflight
from shared.platform.entry.http import Http, Request, reply
from shared.sales.forms import pages, places, timestamps
from shared.sales.forms.attribution import CARRIED
from shared.sales.forms.model import RETURN_URL
from shared.sales.forms.repository import form_in_force
from shared.sales.forms.snippet import snippet

from .schemas import Definition

http = Http()
_FROM_ADDRESS = (RETURN_URL, *CARRIED)
"""What a link to the hosted page may carry into the form."""


@http.get("/forms/{form_id}")
def page(request: Request, form_id: str) -> Any:
    """The form as a page of its own; `?sent=1` thanks."""
    form = form_in_force(form_id, request.now).value
    query = request.query
    unseen = {name: query[name] for name in _FROM_ADDRESS if name in query}
    unseen[timestamps.FIELD] = timestamps.issue(form_id, request.now)
    html = pages.render(form, form_id, values=unseen, sent="sent" in query)
    return reply(200, html, headers=pages.page_headers(form), media_type=pages.MEDIA_TYPE)


@http.get("/v1/forms/{form_id}/definition")
def definition(request: Request, form_id: str) -> Any:
    """The form's fields, consent and snippet, with a signed timestamp."""
    found = form_in_force(form_id, request.now)
    form = found.value
    allow_origin(request, form.allowed_origins)
    answer = Definition(
        form_id=form_id,
        version=found.number,
        action=places.action_url(form_id),
        token=timestamps.issue(form_id, request.now),
        snippet=snippet(form, form_id, request.now),
        **{name: getattr(form, name) for name in Definition.model_fields if hasattr(form, name)},
    )
    return reply(200, answer, headers={"cache-control": "no-store"})


@http.options("/v1/forms/{form_id}/definition")
def ask(request: Request, form_id: str) -> Any:
    """Say whether a page of that origin may read the definition."""
    form = form_in_force(form_id, request.now).value
    return preflight(request, form.allowed_origins, "GET", "content-type")


handle = http
