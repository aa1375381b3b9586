"""`POST /v1/tickets` and `POST /v1/tickets/uploads`, public, and browsers' questions before."""

from typing import Any

from shared.kernel.errors import FieldError, Malformed
from shared.platform.entry import bodies
from shared.platform.entry.cors import allow_origin, preflight
from shared.platform.entry.http import Http, Request, reply
from shared.support.attachments.types import MAX_BYTES
from shared.support.attachments.uploads import prepare
from shared.support.queues.stored import queue_rules
from shared.support.tickets.form import RETURN_URL, Post, submit

from .schemas import Created, NewUpload, UploadView

http = Http()


@http.post("/v1/tickets")
def created(request: Request) -> Any:
    """201 with the ticket's id to a script, 303 to a browser that may go where it asks to."""
    form = queue_rules(request.now).form
    allow_origin(request, form.origins)
    sent = bodies.read(request.media_type, request.headers.get("content-type", ""), request.body)
    location = sent.pop(RETURN_URL, None)
    if location and location not in form.return_urls:
        wrong = FieldError(RETURN_URL, "return_url_refused", "Nobody is sent to that address")
        raise Malformed("return_url_refused", fields=[wrong])
    key = request.headers.get("idempotency-key")
    ticket_id = submit(Post(sent, request.client_address, key, request.now), form)
    if location:
        return reply(303, headers={"location": location, "cache-control": "no-store"})
    return reply(201, Created(ticket_id=ticket_id), headers={"cache-control": "no-store"})


@http.post("/v1/tickets/uploads")
def announced(request: Request) -> Any:
    """Where to send a file of one of the types that are taken."""
    allow_origin(request, queue_rules(request.now).form.origins)
    asked = request.json(NewUpload)
    upload = prepare(asked.name, asked.media_type, request.now)
    view = UploadView(
        token=upload.token,
        url=upload.form.url,
        fields=dict(upload.form.fields),
        max_bytes=MAX_BYTES,
        expires_in=upload.form.expires_in,
    )
    return reply(201, view, headers={"cache-control": "no-store"})


@http.options("/v1/tickets")
@http.options("/v1/tickets/uploads")
def ask(request: Request) -> Any:
    """Say whether a page of that origin may post here."""
    origins = queue_rules(request.now).form.origins
    return preflight(request, origins, "POST", "content-type, idempotency-key")


handle = http
