"""`/v1/portal/tickets…`: customers' own tickets. Who asks, only the token says."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.portal.access import signed_in
from shared.kernel.paging import page_size
from shared.platform.entry.http import Http, Request, reply
from shared.support.attachments.reading import DOWNLOAD_SECONDS, file_url
from shared.support.tickets.inputs import OwnReply, OwnTicket
from shared.support.tickets.own import (
    close_own,
    open_own,
    own_conversation,
    own_ticket,
    own_tickets,
    reply_own,
)

from .schemas import Download, OwnAdded, OwnConversation, OwnTicketPage, OwnTicketShort

http = Http()
PRIVATE = {"cache-control": "no-store"}


@http.get("/v1/portal/tickets")
def listed(request: Request) -> Response[Any]:
    """One's own, latest first; `?account=`: those of an account one administers."""
    contact, query = signed_in(request), request.query
    limit = page_size(query.get("limit"))
    found, rest = own_tickets(contact, query.get("account"), limit, query.get("cursor"))
    page = OwnTicketPage(items=[OwnTicketShort.of(one) for one in found], next=rest)
    return reply(200, page, headers=PRIVATE)


@http.post("/v1/portal/tickets")
def opened(request: Request) -> Response[Any]:
    """201; the same again with its key is the same ticket."""
    contact, new = signed_in(request), request.json(OwnTicket)
    key = request.headers.get("idempotency-key")
    ticket = open_own(contact, new, key, request.body, request.now)
    location = {**PRIVATE, "location": f"/v1/portal/tickets/{ticket.ticket_id}"}
    return reply(201, OwnTicketShort.of(ticket), headers=location)


@http.get("/v1/portal/tickets/{ticket_id}")
def shown(request: Request, ticket_id: str) -> Response[Any]:
    """The conversation, without what only staff see."""
    contact, query = signed_in(request), request.query
    found = own_conversation(contact, ticket_id, page_size(query.get("limit")), query.get("before"))
    return reply(200, OwnConversation.of(found), headers=PRIVATE)


@http.post("/v1/portal/tickets/{ticket_id}/replies")
def answered(request: Request, ticket_id: str) -> Response[Any]:
    """201 with the message, and the ticket it landed on."""
    contact, new = signed_in(request), request.json(OwnReply)
    key = request.headers.get("idempotency-key")
    added = reply_own(contact, ticket_id, new, key, request.body, request.now)
    view = OwnAdded(message_id=added.message_id, ticket=OwnTicketShort.of(added.ticket))
    return reply(201, view, headers=PRIVATE)


@http.post("/v1/portal/tickets/{ticket_id}/close")
def closed(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket, closed."""
    contact = signed_in(request)
    return reply(
        200, OwnTicketShort.of(close_own(contact, ticket_id, request.now)), headers=PRIVATE
    )


@http.get("/v1/portal/tickets/{ticket_id}/attachments/{file_id}")
def fetched(request: Request, ticket_id: str, file_id: str) -> Response[Any]:
    """Where to fetch a file for some minutes."""
    own_ticket(signed_in(request), ticket_id)
    url = file_url(ticket_id, file_id, public_only=True)
    return reply(200, Download(url=url, expires_in=DOWNLOAD_SECONDS), headers=PRIVATE)


handle = http
