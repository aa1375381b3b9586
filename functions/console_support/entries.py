"""Canned replies and macros: all of them, and changing one."""

from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues, names
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import CrmError, NotFound, Rejected, Stale
from shared.support.canned.fields import FIELDS
from shared.support.canned.model import MAX_ENTRIES, Macro
from shared.support.canned.words import steps
from shared.support.queues.stored import queue_rules
from shared.support.sla.policy import Priority
from shared.support.tickets.states import TicketState

from .kinds import Entry, Kind, at_fields, free_id, kind_of, mark
from .schemas import WRITERS

_STATES: Final = (TicketState.OPEN, TicketState.PENDING, TicketState.ON_HOLD, TicketState.RESOLVED)


def listed(request: PageRequest, kind: str) -> Answer:
    """Those in force, in the order agents see them."""
    what = kind_of(kind)
    standing = what.standing()
    return request.page(
        "entries.html",
        kind=what,
        standing=standing,
        entries=[(one, _told(request, one)) for one in what.in_force(standing)],
        may_edit=request.by.has(*WRITERS),
    )


def begun(request: PageRequest, kind: str) -> Answer:
    """The form for a new one."""
    return _form(request, kind_of(kind), None)


def added(request: PageRequest, kind: str) -> Answer:
    """Put a new one behind the others; sent twice, it is one."""
    what = kind_of(kind)
    try:
        standing = what.standing()
        entries = what.in_force(standing)
        ids = [one.id for one in entries]
        new = what.read(free_id(request.form.get("name", ""), ids), request.form)
        if all(one != new.model_copy(update={"id": one.id}) for one in entries):
            if len(entries) >= MAX_ENTRIES:
                raise Rejected("too_many", f"There are {MAX_ENTRIES} already: remove one first")
            what.put([*entries, new], standing.newest, request.by.staff_id, request.now)
    except CrmError as error:
        return _form(request, what, None, error)
    return request.redirect(what.at, done="Kept: agents have it within half a minute")


def form(request: PageRequest, kind: str, entry_id: str) -> Answer:
    """The form to change one."""
    what = kind_of(kind)
    return _form(request, what, _one(what.in_force(what.standing()), entry_id))


def changed(request: PageRequest, kind: str, entry_id: str) -> Answer:
    """Change one, take it away, or put it before the one above it. What others did to other
    entries meanwhile stays."""
    what, do = kind_of(kind), request.form.get("do", "save")
    do = do if do in _DONE else "save"
    standing = what.standing()
    entries = what.in_force(standing)
    present = _one(entries, entry_id)
    at = entries.index(present)
    new = present
    try:
        if do == "save":
            new = entries[at] = what.read(entry_id, request.form)
        if do != "up" and request.form.get("was") != mark(present):
            raise Stale("version_stale", "Somebody changed this meanwhile")
        if do == "remove":
            del entries[at]
        elif do == "up":
            entries.insert(max(0, at - 1), entries.pop(at))
        what.put(entries, standing.newest, request.by.staff_id, request.now)
    except Stale as error:
        found = differences(present.model_dump(mode="json"), new.model_dump(mode="json"))
        return _form(request, what, present, error, found)
    except CrmError as error:
        return _form(request, what, present, error)
    return request.redirect(what.at, done=_DONE[do])


_DONE: Final = {
    "save": "Saved: agents have it within half a minute",
    "remove": "Removed. It can be brought back from the versions",
    "up": "Moved up",
}


def _one(entries: list[Entry], entry_id: str) -> Entry:
    found = next((one for one in entries if one.id == entry_id), None)
    if found is None:
        raise NotFound("entry_not_found", "There is none of that name any more")
    return found


def _told(request: PageRequest, one: Entry) -> tuple[str, list[str]]:
    """What an entry says, and what else it does."""
    if not isinstance(one, Macro):
        return one.body, []
    queues = {queue.id: queue.name for queue in queue_rules(request.now).queues}
    said = f"Answers: {one.reply}" if one.reply else f"Notes: {one.note}" if one.note else ""
    return said, list(steps(one, names(request.now), queues))


def _form(
    request: PageRequest,
    what: Kind,
    entry: Entry | None,
    error: CrmError | None = None,
    both: list[Difference] | None = None,
) -> Answer:
    shown: dict[str, Any] = {
        "kind": what,
        "entry": entry,
        "was": mark(entry),
        "both": both,
        "fields": FIELDS,
        "states": [(one.value, one.value.replace("_", " ").capitalize()) for one in _STATES],
        "priorities": [(one.value, one.value.capitalize()) for one in Priority],
        "queues": [(one.id, one.name) for one in queue_rules(request.now).queues],
        "people": [
            ("me", "Whoever uses it"),
            ("unassigned", "Nobody"),
            *((one.staff_id, one.name) for one in colleagues(request.now) if not one.disabled),
        ],
    }
    template = f"edit_{what.code}.html"
    if error is None:
        return request.page(template, **shown)
    return request.refused(template, at_fields(error), **shown)
