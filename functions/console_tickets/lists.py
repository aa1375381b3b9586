"""Tickets of a queue or a person, most urgent first, and giving many away at once."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import Colleague, colleagues, names
from shared.kernel.errors import Rejected
from shared.kernel.ids import is_id
from shared.pages.reading import read
from shared.pages.rendering import with_query
from shared.support.assignment.bulk import AT_ONCE, Result, assign_many
from shared.support.queues.stored import queue_rules
from shared.support.tickets.listing import of_owner, of_queue, page_of
from shared.support.tickets.model import TicketSummary

from .schemas import ME, NOBODY, PAGE_SIZE, WORKERS, AssignForm, ListQuery
from .words import GROUPS, clock_called, due

LIST: Final = "/console/tickets"
_FILTERS: Final = ("priority", "text")
_REFUSED: Final = {
    "ticket_ended": "ended already",
    "ticket_not_found": "not there any more",
    "contended": "being changed by others, try again",
}


def everybodys(request: PageRequest) -> Answer:
    """A queue's tickets, or those of the owner the address names."""
    return _list(request, LIST, "Tickets")


def own(request: PageRequest) -> Answer:
    """Tickets of the person who asks."""
    return _list(request, f"{LIST}/mine", "My tickets", owner=ME)


def assigned(request: PageRequest) -> Answer:
    """Give the ticked tickets to a person, to nobody, or put them into another queue."""
    ticked = request.form_lists.get("ticket", [])[:AT_ONCE]
    form = read(AssignForm, request.form)
    to = request.address(request.form.get("next", ""))
    if not ticked:
        return request.redirect(to, done="Nothing ticked")
    became = assign_many(
        ticked, form.owner_id or None, form.queue or None, request.person.staff_id, request.now
    )
    return request.redirect(to, done=outcome(became))


def workers(request: PageRequest) -> list[Colleague]:
    """Whoever may be given tickets."""
    known = colleagues(request.now)
    return [one for one in known if not one.disabled and set(WORKERS) & set(one.roles)]


def outcome(became: list[Result]) -> str:
    """What became of tickets that were given away together, in a sentence."""
    given = sum(one.refused is None for one in became)
    said = [f"{given} {'ticket' if given == 1 else 'tickets'} given away"]
    refused = Counter(one.refused for one in became if one.refused)
    said += [f"{count} {_REFUSED.get(code, code)}" for code, count in refused.items()]
    return "; ".join(said)


def _list(request: PageRequest, at: str, heading: str, **fixed: str) -> Answer:
    given = {name: text for name, text in request.query.items() if text}
    if is_id("ticket", given.get("text", "")):
        return request.redirect(f"{LIST}/{given['text']}")
    rules, error = queue_rules(request.now), None
    queue = given.get("queue") or rules.default
    found: tuple[list[TicketSummary], str | None] = ([], None)
    try:
        query = read(ListQuery, {**given, **fixed})
        found = _found(request, query, queue)
    except Rejected as refused:
        error = refused
    shown: dict[str, Any] = {
        "at": at,
        "heading": heading,
        "mine": "owner" in fixed,
        "tabs": _tabs(given, at),
        "group": given.get("group", "with_us"),
        "queues": [(one.id, one.name) for one in rules.queues],
        "queue": given.get("queue") or ("" if fixed or _person(given) else queue),
        "owners": [(ME, "Me"), (NOBODY, "Nobody"), *_people(request)],
        "filtered": any(given.get(name) for name in _FILTERS) or ("owner" in given and not fixed),
        "tickets": [(one, due(one, request.now, request.zone)) for one in found[0]],
        "next": found[1],
        "names": names(request.now),
        "clocks": clock_called,
        "works": request.by.has(*WORKERS),
        "people": _people(request),
    }
    if error:
        return request.refused("list.html", error, **shown)
    return request.page("list.html", **shown)


def _found(
    request: PageRequest, query: ListQuery, queue: str
) -> tuple[list[TicketSummary], str | None]:
    owner = request.person.staff_id if query.owner == ME else query.owner
    if owner and owner != NOBODY:
        source, queue = of_owner(owner, query.group), query.queue or ""
    else:
        source, queue = of_queue(queue, query.group), ""
    wanted = _wanted(query, queue)
    asked = query.model_dump_json(exclude={"cursor"})
    return page_of(source, limit=PAGE_SIZE, cursor=query.cursor, wanted=wanted, scope=asked)


def _wanted(query: ListQuery, queue: str) -> Callable[[TicketSummary], bool] | None:
    """Which tickets of the list are wanted; `None`: all."""
    text, nobody = query.text.lstrip("#").casefold(), query.owner == NOBODY
    if not (text or nobody or query.priority or queue):
        return None

    def fits(one: TicketSummary) -> bool:
        return (
            (not nobody or one.owner_id is None)
            and (query.priority in (None, one.priority))
            and queue in ("", one.queue)
            and (text in one.subject.casefold() or text in one.reference.casefold())
        )

    return fits


def _people(request: PageRequest) -> list[tuple[str, str]]:
    return [(one.staff_id, one.name) for one in workers(request)]


def _person(given: Mapping[str, str]) -> bool:
    return given.get("owner", NOBODY) != NOBODY


def _tabs(given: Mapping[str, str], at: str) -> list[tuple[str, str, bool]]:
    mine = given.get("group", "with_us")
    return [
        (label, with_query(at, given, group=one, cursor=None), one == mine) for one, label in GROUPS
    ]
