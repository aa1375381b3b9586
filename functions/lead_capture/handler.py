"""`POST /v1/forms/{form_id}/submissions`, public, and the browser's question before it."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.errors import CrmError
from shared.platform.entry import bodies
from shared.platform.entry.cors import allow_origin, preflight
from shared.platform.entry.http import Http, Request
from shared.sales.forms import answers, places
from shared.sales.forms.capture import Post, capture
from shared.sales.forms.model import RETURN_URL
from shared.sales.forms.repository import form_in_force

from .schemas import Created

http = Http()


@http.post("/v1/forms/{form_id}/submissions")
def submit(request: Request, form_id: str) -> Any:
    """Capture a lead; see `shared.sales.forms.capture`."""
    form, headers = form_in_force(form_id, request.now).value, request.headers
    allow_origin(request, form.allowed_origins)
    sent: Mapping[str, str] = {}
    try:
        sent = bodies.read(request.media_type, headers.get("content-type", ""), request.body)
        location = places.return_url(form, form_id, sent.get(RETURN_URL))
        key = headers.get("idempotency-key") if answers.from_script(request) else None
        address = request.client_address
        done = capture(Post(form_id, form, sent, address, key, request.now))
    except CrmError as error:
        return answers.refused(request, error, form, form_id, sent)
    created = Created(lead_id=done.lead_id, submission_id=done.submission_id)
    return answers.accepted(request, created, location)


@http.options("/v1/forms/{form_id}/submissions")
def ask(request: Request, form_id: str) -> Any:
    """Say whether a page of that origin may post to the form."""
    form = form_in_force(form_id, request.now).value
    return preflight(request, form.allowed_origins, "POST", "content-type, idempotency-key")


handle = http
