"""Changing a ticket from its page: state, urgency, owner, what it is about, and escalating it."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from shared.console.entry import Answer, PageRequest
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.support.escalation.by_hand import escalate
from shared.support.tickets import changes
from shared.support.tickets.changes import TicketChange, Wanted
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import need
from shared.support.tickets.states import TicketState

from .lists import LIST
from .schemas import EscalationForm, FactsForm, MoveForm, OwnerForm, PriorityForm
from .ticket import page

Form = TypeVar("Form", bound=BaseModel)

_MOVED = {
    TicketState.OPEN: "Open",
    TicketState.PENDING: "Waiting for the customer: the deadlines pause",
    TicketState.ON_HOLD: "On hold: the deadlines go on",
    TicketState.RESOLVED: "Resolved. It closes in a week if nobody writes",
    TicketState.CLOSED: "Closed",
    TicketState.SPAM: "Marked as spam",
}


def moved(request: PageRequest, ticket_id: str) -> Answer:
    """Move the ticket to another state."""

    def do(ticket: Ticket, form: MoveForm) -> str:
        how = Wanted(request.person.staff_id, form.version)
        changes.move(ticket, form.to, how, request.now)
        return _MOVED.get(form.to, "Moved")

    return done(request, ticket_id, MoveForm, do)


def prioritised(request: PageRequest, ticket_id: str) -> Answer:
    """Give the ticket another priority, and its deadlines."""

    def do(ticket: Ticket, form: PriorityForm) -> str:
        how = Wanted(request.person.staff_id, form.version)
        changes.prioritise(ticket, form.priority, how, request.now)
        return f"Priority is {form.priority.value}: the deadlines follow"

    return done(request, ticket_id, PriorityForm, do)


def assigned(request: PageRequest, ticket_id: str) -> Answer:
    """Give the ticket to somebody else, or put it into another queue."""

    def do(ticket: Ticket, form: OwnerForm) -> str:
        how = Wanted(request.person.staff_id, form.version)
        changes.assign(ticket, form.owner_id or None, how, request.now, queue=form.queue)
        return "Given away" if form.owner_id else "It waits for somebody to take it"

    return done(request, ticket_id, OwnerForm, do)


def changed(request: PageRequest, ticket_id: str) -> Answer:
    """Say what the ticket is about: subject, type, tags."""

    def do(ticket: Ticket, form: FactsForm) -> str:
        tags = [one.strip() for one in form.tags.split(",") if one.strip()]
        values = {**form.model_dump(), "tags": tags}
        wanted = read(TicketChange, values)
        changes.change(ticket, wanted, request.person.staff_id, request.now)
        return "Changes saved"

    return done(request, ticket_id, FactsForm, do)


def escalated(request: PageRequest, ticket_id: str) -> Answer:
    """Tell the managers; sent twice, they are told once."""

    def do(ticket: Ticket, form: EscalationForm) -> str:
        content = form.model_dump_json().encode()
        by, key = request.person.staff_id, form.key or None
        escalate(ticket, form.reason, by, key, content, request.now)
        return "Escalated: the managers are told"

    return done(request, ticket_id, EscalationForm, do)


def done(
    request: PageRequest, ticket_id: str, model: type[Form], do: Callable[[Ticket, Form], str]
) -> Answer:
    """Do it and show the ticket; refused, it is shown as it is now, and why."""
    try:
        said = do(need(ticket_id), read(model, request.form))
    except NotFound:
        raise
    except Stale as stale:
        meanwhile = "Something happened here meanwhile. Look at it, then try again"
        return page(request, ticket_id, Stale(stale.code, meanwhile))
    except CrmError as error:
        return page(request, ticket_id, error)
    return request.redirect(f"{LIST}/{ticket_id}", done=said)
