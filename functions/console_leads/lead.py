"""One lead: showing it, changing its facts, moving it, and its tasks."""

from collections.abc import Mapping
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import names, sellers
from shared.console.navigation import menu
from shared.customers.contacts.persons import known_contact
from shared.customers.contacts.repository import load
from shared.kernel.errors import Conflict, CrmError, Rejected, Stale
from shared.pages.reading import read
from shared.sales.hand_offs.moves import move_lead
from shared.sales.hand_offs.options import options
from shared.sales.hand_offs.reasons import KNOWN_REASONS
from shared.sales.leads.changes import change_facts
from shared.sales.leads.states import LeadState
from shared.sales.tasks.changes import change_task, create_task
from shared.sales.tasks.model import NewTask, TaskChange
from shared.sales.timeline.history import lead_history

from .schemas import (
    MAY_ADD,
    MAY_EXPLAIN,
    MoveForm,
    VersionForm,
    all_fields,
    facts_touched,
    grouped,
    last_offer,
    merged,
    task_in,
)
from .score import span

_MOVED: Final = {
    LeadState.WORKING: "Accepted: it is yours to work on",
    LeadState.QUALIFIED: "Qualified",
    LeadState.ASSIGNED: "Assigned",
    LeadState.RECYCLED: "Recycled: it may become ready again",
    LeadState.DISQUALIFIED: "Disqualified",
}


def shown(request: PageRequest, lead_id: str) -> Answer:
    """One lead, whole."""
    return _lead(request, lead_id, editing="edit" in request.query and request.by.has(*MAY_ADD))


def customer(request: PageRequest, lead_id: str) -> Answer:
    """Who of the people we know the lead is: a part of the page that comes after it."""
    contact_id = known_contact(lead_id)
    return request.page("customer.html", contact=load(contact_id) if contact_id else None)


def changed(request: PageRequest, lead_id: str) -> Answer:
    """Set the facts that were touched. Changed meanwhile: both versions, to choose."""
    form = request.form
    touched = facts_touched(form)
    try:
        version = read(VersionForm, form).version
        if touched:
            change_facts(lead_id, touched, version, request.by, request.now)
    except Stale as error:
        return _lead(request, lead_id, error, editing=True, form=form)
    except (Rejected, Conflict) as error:
        return _lead(request, lead_id, error, editing=True)
    done = "Changes saved" if touched else "Nothing was changed"
    return request.redirect(f"/console/leads/{lead_id}", done=done)


def moved(request: PageRequest, lead_id: str) -> Answer:
    """Accept, reject, qualify, assign …; then back to where it was asked for."""
    form = request.form
    try:
        move = read(MoveForm, form)
        move_lead(lead_id, move.move(), request.by, request.now)
    except (Rejected, Conflict, Stale) as error:
        return _lead(request, lead_id, error)
    to = request.address(form.get("next") or f"/console/leads/{lead_id}")
    return request.redirect(to, done=_MOVED[move.to])


def planned(request: PageRequest, lead_id: str) -> Answer:
    """Add a task; sent twice, it is one."""
    form = request.form
    try:
        new = read(NewTask, task_in(form))
        body = new.model_dump_json().encode()
        create_task(lead_id, new, request.by, request.now, key=form.get("key"), body=body)
    except Rejected as error:
        return _lead(request, lead_id, error)
    return request.redirect(f"/console/leads/{lead_id}", done="Task added")


def done(request: PageRequest, lead_id: str, task_id: str) -> Answer:
    """Tick a task off."""
    version = read(VersionForm, request.form).version
    change = read(TaskChange, {"version": version, "state": "done"})
    change_task(task_id, change, request.by, request.now)
    to = request.address(request.form.get("next") or f"/console/leads/{lead_id}")
    return request.redirect(to, done="Task done")


def _lead(
    request: PageRequest,
    lead_id: str,
    error: CrmError | None = None,
    *,
    editing: bool = False,
    form: Mapping[str, str] | None = None,
) -> Answer:
    found = lead_history(lead_id, request.now, cursor=request.query.get("cursor"))
    lead, by = found.lead, request.by
    if lead.lead_id != lead_id and request.method == "GET":
        return request.redirect(f"/console/leads/{lead.lead_id}")
    typed, theirs = merged(form, lead.facts) if form else (request.form, None)
    shown: dict[str, Any] = {
        "lead": lead,
        "hand_off": found.waiting,
        "given": last_offer(found.entries),
        "moves": options(lead, found.waiting, by),
        "tasks": found.tasks,
        "score": found.score if by.has(*MAY_EXPLAIN) else None,
        "as_of": None,
        "happened": grouped(found.entries, request.zone),
        "older": found.next,
        "complete": found.complete,
        "editing": editing,
        "fields": all_fields(lead.facts),
        "theirs": theirs,
        "key": request.id,
        "reasons": sorted(KNOWN_REASONS),
        "names": names(request.now),
        "sellers": sellers(request.now),
        "sees": {place.address for _, places in menu(by.roles) for place in places},
        "may_edit": by.has(*MAY_ADD),
        "manages": by.has("sales_manager"),
        **span(lead.created_at, request.now),
    }
    if error is None:
        return request.page("lead.html", **shown)
    wrong = {one.field: one.message for one in error.fields}
    refused = {"typed": typed, "errors": wrong, "problem": _words(error)}
    return request.page("lead.html", error.status, **shown | refused)


def _words(error: CrmError) -> str:
    """What went wrong, for somebody who looks at the lead as it is now."""
    match error.code:
        case "version_stale":
            return "Somebody changed this lead meanwhile. Look at it as it is now, then try again"
        case "address_taken":
            return "This address belongs to another lead"
    return error.message
