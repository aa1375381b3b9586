"""Making two tickets one, and a message a ticket of its own."""

from shared.console.entry import Answer, PageRequest
from shared.kernel.errors import CrmError
from shared.pages.reading import read
from shared.support.merging.merge import merge
from shared.support.merging.split import split
from shared.support.tickets.repository import need

from .lists import LIST
from .schemas import MergeForm, SplitForm
from .ticket import page


def merged(request: PageRequest, ticket_id: str) -> Answer:
    """Make the ticket part of another one of the same customer."""
    ticket = need(ticket_id)
    try:
        form = read(MergeForm, request.form)
        into = merge(ticket, form.into, request.person.staff_id, request.now)
    except CrmError as error:
        return page(request, ticket_id, error)
    done = "Merged: what is written to either lands here"
    return request.redirect(f"{LIST}/{into.ticket_id}", done=done)


def split_off(request: PageRequest, ticket_id: str) -> Answer:
    """Make a message a ticket of its own; sent twice, it is one."""
    ticket = need(ticket_id)
    try:
        form = read(SplitForm, request.form)
        content, key = form.model_dump_json().encode(), form.key or None
        by = request.person.staff_id
        new = split(ticket, form.message_id, form.subject, by, key, content, request.now)
    except CrmError as error:
        return page(request, ticket_id, error)
    return request.redirect(f"{LIST}/{new.ticket_id}", done="This is a ticket of its own now")
