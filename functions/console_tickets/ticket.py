"""One ticket: what was said, its deadlines and why, who else is at it."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.kernel.errors import CrmError
from shared.pages.uploading import as_whole, reaching
from shared.support.attachments.uploads import origin
from shared.support.queues.stored import queue_rules
from shared.support.sla.course import restored
from shared.support.sla.explain import Explained, explained
from shared.support.sla.policy import Clock, Priority
from shared.support.sla.stored import rules_of
from shared.support.tickets.model import Ticket, TicketType
from shared.support.tickets.presence import Doing, Present, note, others, present_of
from shared.support.tickets.reading import whole
from shared.support.tickets.repository import happenings
from shared.support.tickets.states import MERGEABLE, MOVES, TicketState

from .lists import LIST, workers
from .schemas import MESSAGES, WORKERS
from .whose import found
from .words import clock_called, minutes, reading, standing

_TYPES: Final = get_args(TicketType)
_AFTER: Final = (
    (TicketState.PENDING, "wait for the customer"),
    (TicketState.RESOLVED, "resolved"),
    (TicketState.ON_HOLD, "on hold"),
    (TicketState.OPEN, "open"),
)


def shown(request: PageRequest, ticket_id: str) -> Answer:
    """One ticket, whole; `?before=`: what was said earlier."""
    if _elsewhere(request):
        return as_whole(request)
    return page(request, ticket_id)


def page(request: PageRequest, ticket_id: str, error: CrmError | None = None) -> Answer:
    """The page of a ticket as it is now, with what was typed where that was refused."""
    before = request.query.get("before") if request.method == "GET" else None
    read = whole(ticket_id, MESSAGES, before)
    one, me = read.ticket, request.person.staff_id
    works = request.by.has(*WORKERS)
    clocks = _clocks(one, request)
    shown: dict[str, Any] = {
        "ticket": one,
        "messages": read.messages,
        "older": read.messages[0].sequence if read.older and read.messages else None,
        "earlier": before is not None,
        "due": standing(one, [said.reading for _, said in clocks]),
        "clocks": clocks,
        "called": clock_called,
        "reading": reading,
        "minutes": minutes,
        "moves": MOVES[one.state] if works else (),
        "afters": [(to.value, said) for to, said in _AFTER if to in MOVES[one.state]],
        "others": _others(present_of(read.beside, request.now), me),
        "names": names(request.now),
        "people": [(who.staff_id, who.name) for who in workers(request)],
        "queues": _queues(request, one),
        "priorities": [(kind.value, kind.value.capitalize()) for kind in Priority],
        "types": [(kind, kind.capitalize()) for kind in _TYPES],
        "joins": works and one.state in MERGEABLE,
        "works": works,
        "key": request.id,
        "files": files_of(request),
    }
    if error is None:
        answer = request.page("ticket.html", **shown)
    else:
        answer = request.refused("ticket.html", error, **shown)
    return reaching(answer, origin()) if works else answer


def course(request: PageRequest, ticket_id: str) -> Answer:
    """Everything that happened to a ticket, in order: a part of its page."""
    one = found(request)
    template = "course.html" if request.whole else "course_part.html"
    happened = happenings(one.ticket_id)
    return request.page(template, ticket=one, happened=happened, names=names(request.now))


def present(request: PageRequest, ticket_id: str) -> Answer:
    """Say that somebody looks at the ticket, or writes; who else does."""
    doing: Doing = "writing" if request.form.get("body", "").strip() else "viewing"
    me = request.person.staff_id
    note(ticket_id, me, doing, request.now)
    there = _others(others(ticket_id, me, request.now), me)
    return request.page("presence.html", others=there, names=names(request.now))


def _clocks(one: Ticket, request: PageRequest) -> list[tuple[Clock, Explained]]:
    rules = rules_of(one.policy)
    if rules is None:
        return []
    run = restored(one.course, one.state, one.priority)
    said = explained(run, rules.policy, rules.hours, request.now)
    return list(said.items())


def _others(present: Sequence[Present], me: str) -> list[Present]:
    return [one for one in present if one.staff_id != me]


def _queues(request: PageRequest, one: Ticket) -> list[tuple[str, str]]:
    known = [(queue.id, queue.name) for queue in queue_rules(request.now).queues]
    return known if one.queue in dict(known) else [*known, (one.queue, one.queue)]


def files_of(request: PageRequest) -> list[tuple[str, str]]:
    """The files sent before what was typed was refused: token and name."""
    if request.method != "POST":
        return []
    sent = request.form_lists
    return list(zip(sent.get("attachments", []), sent.get("file_names", []), strict=False))


def _elsewhere(request: PageRequest) -> bool:
    """Whether the page would be swapped into a document of another one, which may not reach the
    bucket that files are sent to."""
    if not request.htmx or not request.by.has(*WORKERS):
        return False
    return f"{LIST}/ticket_" not in request.headers.get("hx-current-url", "")
