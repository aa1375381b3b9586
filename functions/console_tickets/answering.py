"""Answering a customer, and writing down what only staff see."""

from typing import Any

from shared.console.entry import Answer, PageRequest
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.support.tickets.desk import answer, note
from shared.support.tickets.inputs import NewNote, NewReply
from shared.support.tickets.repository import need

from .lists import LIST
from .schemas import SaidForm
from .ticket import page


def said(request: PageRequest, ticket_id: str) -> Answer:
    """Add an answer or a note; sent twice, it is one. What is refused stays typed: the page
    shows what happened meanwhile."""
    try:
        form = read(SaidForm, request.form)
        common: dict[str, Any] = {
            "body": form.body,
            "attachments": request.form_lists.get("attachments", []),
        }
        ticket, by, key = need(ticket_id), request.person.staff_id, form.key or None
        if form.kind == "note":
            mentions = [form.mention] if form.mention else []
            new_note = read(NewNote, {**common, "mentions": mentions})
            content = new_note.model_dump_json().encode()
            added = note(ticket, new_note, by, key, content, request.now)
        else:
            new = read(NewReply, {**common, "then": form.then or None, "version": form.version})
            content = new.model_dump_json(exclude={"version"}).encode()
            added = answer(ticket, new, by, key, content, request.now)
    except NotFound:
        raise
    except Stale as stale:
        meanwhile = "Something happened here while you wrote. Look at it, then send again"
        return page(request, ticket_id, Stale(stale.code, meanwhile))
    except CrmError as error:
        return page(request, ticket_id, error)
    done = "Noted, for staff only" if form.kind == "note" else "Answered"
    if added.opened:
        done = "The ticket was closed: this began a new one"
    return request.redirect(f"{LIST}/{added.ticket.ticket_id}", done=done)
