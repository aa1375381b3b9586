"""Files of a conversation, and messages as they were sent."""

from typing import Final

from shared.console.entry import Answer, PageRequest
from shared.kernel.errors import NotFound, Rejected
from shared.platform.entry.http import reply
from shared.support.attachments.reading import file_url
from shared.support.attachments.uploads import prepare
from shared.support.tickets.repository import message_of

_SHUT: Final = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""What a customer sent runs nothing, reaches nothing and belongs to no origin, whatever is in it
and however it is opened."""

_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>As it was sent</title>'
    "<style>body{font:15px/1.5 system-ui,sans-serif;margin:12px;background:#fff;color:#222;"
    "overflow-wrap:anywhere}img,table{max-width:100%}</style><body>"
)


def announced(request: PageRequest) -> Answer:
    """Where to send a file that is about to be attached, and the token by which a message takes
    it."""
    form = request.form
    try:
        made = prepare(form.get("name", ""), form.get("media_type", ""), request.now)
    except Rejected as refused:
        return reply(refused.status, {"message": refused.fields[0].message})
    return reply(200, {"token": made.token, "url": made.form.url, "fields": dict(made.form.fields)})


def fetched(request: PageRequest, ticket_id: str, file_id: str) -> Answer:
    """Download a file: its address is made when it is asked for, as it is good for minutes."""
    return request.redirect(file_url(ticket_id, file_id, public_only=False))


def as_sent(request: PageRequest, ticket_id: str, sequence: str) -> Answer:
    """A message as it was formatted: what its sender's HTML was sanitised to, shut in."""
    message = message_of(request.found) if request.found else None
    if message is None or message.html is None:
        raise NotFound("message_not_found", "There is no such message")
    headers = {"content-security-policy": _SHUT, "x-frame-options": "SAMEORIGIN"}
    return reply(200, _PAGE + message.html, headers=headers, media_type="text/html; charset=utf-8")
