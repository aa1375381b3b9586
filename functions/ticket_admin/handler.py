"""Tickets as staff work them: `GET /v1/tickets`, `POST /v1/tickets/on-behalf|assignments`, `GET|PATCH
/v1/tickets/{ticket_id}`, and below it `replies`, `notes`, `moves`, `priority`, `owner`, `escalations`, `merge`, `split`, `presence`, `macros`, `canned-replies`, `events`, `sla`,
`attachments/{file_id}`; `POST /v1/cases`, `GET /v1/cases/{case_id}`."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response

from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set, visible
from shared.directory.access import (
    person_signed_in_beside,
    signed_in,
    signed_in_beside,
    staff_of,
)
from shared.directory.model import StaffMember
from shared.kernel.errors import FieldError, Rejected
from shared.kernel.paging import page_size
from shared.platform.auth import Staff
from shared.platform.entry.http import Http, Request, reply
from shared.support.assignment.bulk import assign_many
from shared.support.attachments.reading import DOWNLOAD_SECONDS, file_url
from shared.support.canned.applying import apply_macro, macro_of, rendered_replies
from shared.support.cases.cases import begin_case, case_with_tickets
from shared.support.cases.model import NewCase
from shared.support.escalation.by_hand import escalate
from shared.support.merging.merge import merge
from shared.support.merging.split import split
from shared.support.tickets import desk
from shared.support.tickets.changes import TicketChange, Wanted, assign, change, move, prioritise
from shared.support.tickets.inputs import NewNote, NewReply, NewTicket
from shared.support.tickets.listing import of_account, of_contact, of_owner, of_queue, page_of
from shared.support.tickets.model import Ticket
from shared.support.tickets.presence import note, others, present_of
from shared.support.tickets.reading import whole
from shared.support.tickets.replies import Added
from shared.support.tickets.repository import from_item, happenings, support, there, ticket_key
from shared.support.tickets.time_machine import as_of

from .schemas import (
    AssignedList,
    AssignedView,
    Assignments,
    CaseView,
    Conversation,
    Download,
    Escalation,
    EventList,
    EventView,
    ListQuery,
    MacroUsed,
    Merge,
    MessageAdded,
    Move,
    NewOwner,
    NewPriority,
    Presence,
    PresentList,
    ReplyList,
    SlaView,
    Split,
    TicketPage,
    TicketShort,
    TicketView,
    UseMacro,
)

WORKERS: Final = ("agent", "supervisor")
READERS: Final = (*WORKERS, "rep", "sales_manager", "analyst")

http = Http()


@http.get("/v1/tickets")
def listed(request: Request) -> Response[Any]:
    """Of a queue or a person what is with us, most urgent first; of a customer all, latest first."""
    by = signed_in(request, *READERS)
    query = request.parameters(ListQuery)
    limit = page_size(request.query.get("limit"))
    given = {"queue": query.queue, "owner": query.owner, "contact": query.contact, "account": query.account}  # fmt: skip
    named = {name: value for name, value in given.items() if value}
    if len(named) != 1:
        one = FieldError("queue", "one_of", f"Name one of {', '.join(given)}")
        raise Rejected("validation_failed", fields=[one])
    ((name, value),) = named.items()
    match name:
        case "queue":
            source = of_queue(value, query.group)
        case "owner":
            source = of_owner(by.staff_id if value == "me" else value, query.group)
        case "contact":
            source = of_contact(value)
        case _:
            source = of_account(value)
    found, rest = page_of(source, limit=limit, cursor=query.cursor)
    return reply(200, TicketPage(items=[TicketShort.of(one) for one in found], next=rest))


@http.post("/v1/tickets/on-behalf")
def opened(request: Request) -> Response[Any]:
    """201; the same again with its key is the same ticket."""
    by, new = signed_in(request, *WORKERS), request.json(NewTicket)
    _check_custom(new.custom, by, request)
    key = request.headers.get("idempotency-key")
    ticket = desk.open_on_behalf(new, by.staff_id, key, request.body, request.now)
    location = {"location": f"/v1/tickets/{ticket.ticket_id}"}
    return reply(201, _view(ticket, by, request), headers=location)


@http.get("/v1/tickets/{ticket_id}")
def shown(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket and its latest messages; `?before=` those before them."""
    by = signed_in(request, *READERS)
    found = whole(ticket_id, page_size(request.query.get("limit")), request.query.get("before"))
    present = [one for one in present_of(found.beside, request.now) if one.staff_id != by.staff_id]
    return reply(200, Conversation.of(_view(found.ticket, by, request), found, present))


@http.patch("/v1/tickets/{ticket_id}")
def changed(request: Request, ticket_id: str) -> Response[Any]:
    """The fields given, with the `version` they were read at."""
    by, ticket = _worked_on(request, ticket_id)
    wanted = request.json(TicketChange)
    _check_custom(wanted.custom, by, request)
    after = change(ticket, wanted, by.staff_id, request.now)
    return reply(200, _view(after, by, request))


@http.post("/v1/tickets/{ticket_id}/replies")
def answered(request: Request, ticket_id: str) -> Response[Any]:
    """201 with the answer to the customer."""
    by, ticket = _worked_on(request, ticket_id)
    key, new = request.headers.get("idempotency-key"), request.json(NewReply)
    added = desk.answer(ticket, new, by.staff_id, key, request.body, request.now)
    return _added(added, by, request)


@http.post("/v1/tickets/{ticket_id}/notes")
def noted(request: Request, ticket_id: str) -> Response[Any]:
    """201 with what only staff see."""
    by, ticket = _worked_on(request, ticket_id)
    key, new = request.headers.get("idempotency-key"), request.json(NewNote)
    added = desk.note(ticket, new, by.staff_id, key, request.body, request.now)
    return _added(added, by, request)


@http.post("/v1/tickets/{ticket_id}/moves")
def moved(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket in another state; 409 names the legal ones."""
    by, ticket = _worked_on(request, ticket_id)
    asked = request.json(Move)
    how = Wanted(by.staff_id, asked.version)
    after = move(ticket, asked.to, how, request.now, reason=asked.reason)
    return reply(200, _view(after, by, request))


@http.put("/v1/tickets/{ticket_id}/priority")
def prioritised(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket with another priority, and the deadlines of that."""
    by, ticket = _worked_on(request, ticket_id)
    asked = request.json(NewPriority)
    how = Wanted(by.staff_id, asked.version)
    after = prioritise(ticket, asked.priority, how, request.now)
    return reply(200, _view(after, by, request))


@http.put("/v1/tickets/{ticket_id}/owner")
def assigned(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket with another owner or in another queue."""
    by, ticket = _worked_on(request, ticket_id)
    asked = request.json(NewOwner)
    how = Wanted(by.staff_id, asked.version)
    after = assign(ticket, asked.owner_id, how, request.now, queue=asked.queue)
    return reply(200, _view(after, by, request))


@http.post("/v1/tickets/assignments")
def assigned_many(request: Request) -> Response[Any]:
    """What became of each of up to fifty tickets."""
    by, asked = signed_in(request, *WORKERS), request.json(Assignments)
    found = assign_many(asked.ticket_ids, asked.owner_id, asked.queue, by.staff_id, request.now)
    items = [AssignedView.model_validate(asdict(one)) for one in found]
    return reply(200, AssignedList(items=items))


@http.post("/v1/cases")
def case_begun(request: Request) -> Response[Any]:
    """201 with a case that tickets may join."""
    by, new = signed_in(request, *WORKERS), request.json(NewCase)
    key = request.headers.get("idempotency-key")
    case = begin_case(new, by.staff_id, key, request.body, request.now)
    location = {"location": f"/v1/cases/{case.case_id}"}
    return reply(201, CaseView.of(case, []), headers=location)


@http.get("/v1/cases/{case_id}")
def case_shown(request: Request, case_id: str) -> Response[Any]:
    """A case with its tickets."""
    signed_in(request, *READERS)
    return reply(200, CaseView.of(*case_with_tickets(case_id)))


@http.post("/v1/tickets/{ticket_id}/escalations")
def escalated(request: Request, ticket_id: str) -> Response[Any]:
    """The managers are told, with a key once."""
    by, ticket = _worked_on(request, ticket_id)
    key, asked = request.headers.get("idempotency-key"), request.json(Escalation)
    after = escalate(ticket, asked.reason, by.staff_id, key, request.body, request.now)
    return reply(200, _view(after, by, request))


@http.post("/v1/tickets/{ticket_id}/merge")
def merged(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket that this one became part of."""
    by, ticket = _worked_on(request, ticket_id)
    asked = request.json(Merge)
    after = merge(
        ticket, asked.into, by.staff_id, request.now, across_customers=asked.across_customers
    )
    return reply(200, _view(after, by, request))


@http.post("/v1/tickets/{ticket_id}/split")
def split_off(request: Request, ticket_id: str) -> Response[Any]:
    """201 with the ticket that a message became."""
    by, ticket = _worked_on(request, ticket_id)
    key, asked = request.headers.get("idempotency-key"), request.json(Split)
    new = split(
        ticket, asked.message_id, asked.subject, by.staff_id, key, request.body, request.now
    )
    location = {"location": f"/v1/tickets/{new.ticket_id}"}
    return reply(201, _view(new, by, request), headers=location)


@http.get("/v1/tickets/{ticket_id}/canned-replies")
def at_hand(request: Request, ticket_id: str) -> Response[Any]:
    """The canned replies, their merge fields filled in for this ticket and who asks."""
    agent, ticket = _agent(request, ticket_id)
    return reply(200, ReplyList(items=rendered_replies(ticket, agent, request.now)))


@http.post("/v1/tickets/{ticket_id}/macros")
def done_again(request: Request, ticket_id: str) -> Response[Any]:
    """Does all that a macro says at once."""
    agent, ticket = _agent(request, ticket_id)
    key, asked = request.headers.get("idempotency-key"), request.json(UseMacro)
    macro = macro_of(asked.macro, request.now)
    after, message_id = apply_macro(
        ticket, macro, agent, request.now, version=asked.version, key=key, body=request.body
    )
    return reply(
        200, MacroUsed(message_id=message_id, ticket=_view(after, staff_of(agent), request))
    )


@http.put("/v1/tickets/{ticket_id}/presence")
def is_there(request: Request, ticket_id: str) -> Response[Any]:
    """Who else looks at the ticket or writes an answer."""
    by, ticket = _worked_on(request, ticket_id)
    note(ticket.ticket_id, by.staff_id, request.json(Presence).doing, request.now)
    found = others(ticket.ticket_id, by.staff_id, request.now)
    return reply(200, PresentList(items=found))


@http.get("/v1/tickets/{ticket_id}/events")
def happened(request: Request, ticket_id: str) -> Response[Any]:
    """Everything that happened to the ticket, in order."""
    found = happenings(_read(request, ticket_id).ticket_id)
    return reply(200, EventList(items=[EventView.of(one) for one in found]))


@http.get("/v1/tickets/{ticket_id}/sla")
def deadlines(request: Request, ticket_id: str) -> Response[Any]:
    """The ticket's deadlines now or `?as_of=` an instant, with what each number is made of."""
    ticket = _read(request, ticket_id)
    return reply(200, SlaView.of(ticket, as_of(ticket, request.query.get("as_of"), request.now)))


@http.get("/v1/tickets/{ticket_id}/attachments/{file_id}")
def fetched(request: Request, ticket_id: str, file_id: str) -> Response[Any]:
    """Where to fetch a file for some minutes."""
    signed_in(request, *READERS)
    url = file_url(ticket_id, file_id, public_only=False)
    return reply(200, Download(url=url, expires_in=DOWNLOAD_SECONDS))


def _read(request: Request, ticket_id: str) -> Ticket:
    """The ticket, for whoever may read it, read in one call with who asks."""
    _, item = signed_in_beside(request, *READERS, beside=(support, ticket_key(ticket_id)))
    return there(from_item(item) if item else None)


def _worked_on(request: Request, ticket_id: str) -> tuple[Staff, Ticket]:
    """Who asks, and the ticket, read in one call."""
    by, item = signed_in_beside(request, *WORKERS, beside=(support, ticket_key(ticket_id)))
    return by, there(from_item(item) if item else None)


def _view(ticket: Ticket, by: Staff, request: Request) -> TicketView:
    """The ticket as `by` sees it: sensitive fields are masked for others."""
    if not ticket.custom:
        return TicketView.of(ticket)
    shown, masked = visible(ticket.custom, fields_of("ticket", request.now), by)
    return TicketView.of(ticket.model_copy(update={"custom": shown}), masked)


def _check_custom(custom: Mapping[str, Any] | None, by: Staff, request: Request) -> None:
    if custom:
        may_set(custom, fields_of("ticket", request.now, custom), by)


def _added(added: Added, by: Staff, request: Request) -> Response[Any]:
    view = _view(added.ticket, by, request)
    return reply(201, MessageAdded(message_id=added.message_id, ticket=view))


def _agent(request: Request, ticket_id: str) -> tuple[StaffMember, Ticket]:
    """Who asks, as the directory knows them, and the ticket, read in one call."""
    token, place = request.token(), (support, ticket_key(ticket_id))
    person, item = person_signed_in_beside(token.username, token.signed_in_at, place)
    staff_of(person).need(*WORKERS)
    return person, there(from_item(item) if item else None)


handle = http
