"""One request of a customer: what was said, adding to it, closing it."""

from typing import Any

from shared.kernel.errors import CrmError, NotFound
from shared.pages.reading import read
from shared.pages.uploading import as_whole, reaching
from shared.portal.entry import Answer, PageRequest
from shared.support.attachments.uploads import origin
from shared.support.tickets.inputs import OwnReply
from shared.support.tickets.own import close_own, own_conversation, reply_own
from shared.support.tickets.states import CUSTOMER_MOVES, TicketState

from .files import kept
from .lists import LIST
from .words import STANDING

MESSAGES = 30


def shown(request: PageRequest, ticket_id: str) -> Answer:
    """The conversation; of a merged ticket that of the one it became part of."""
    if request.htmx and f"{LIST}/ticket_" not in request.headers.get("hx-current-url", ""):
        return as_whole(request)
    return _page(request, ticket_id)


def added(request: PageRequest, ticket_id: str) -> Answer:
    """Write to us; sent twice, it is one message. What is refused stays typed."""
    form = request.form
    given = {
        "body": form.get("body", ""),
        "attachments": request.form_lists.get("attachments", []),
    }
    try:
        new = read(OwnReply, given)
        content, key = new.model_dump_json().encode(), form.get("key") or None
        landed = reply_own(request.me, ticket_id, new, key, content, request.now)
    except NotFound:
        raise
    except CrmError as error:
        return _page(request, ticket_id, error)
    done = "It was closed: this is a new request" if landed.opened else "Sent"
    return request.redirect(f"{LIST}/{landed.ticket.ticket_id}", done=done)


def closed(request: PageRequest, ticket_id: str) -> Answer:
    """Say that nothing is left to do."""
    try:
        close_own(request.me, ticket_id, request.now)
    except NotFound:
        raise
    except CrmError as error:
        return _page(request, ticket_id, error)
    return request.redirect(f"{LIST}/{ticket_id}", done="Closed. Thank you")


def _page(request: PageRequest, ticket_id: str, error: CrmError | None = None) -> Answer:
    before = request.query.get("before") if request.method == "GET" else None
    found = own_conversation(request.me, ticket_id, MESSAGES, before)
    view: dict[str, Any] = {
        "ticket": found.ticket,
        "messages": found.messages,
        "older": found.messages[0].sequence if found.older and found.messages else None,
        "earlier": before is not None,
        "standing": STANDING[found.ticket.state],
        "may_close": TicketState.CLOSED in CUSTOMER_MOVES[found.ticket.state],
        "files": kept(request),
        "key": request.id,
    }
    if error:
        return reaching(request.refused("ticket.html", error, **view), origin())
    return reaching(request.page("ticket.html", **view), origin())
