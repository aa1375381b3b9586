"""`/console/leads…`: lists of leads, one lead with all that is known of it, and what to do."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest, local_address
from shared.console.names import names, sellers
from shared.console.navigation import menu
from shared.console.reading import read
from shared.console.rendering import with_query
from shared.kernel.clock import parse_instant
from shared.kernel.errors import Conflict, CrmError, Rejected, Stale
from shared.platform.auth import ROLES
from shared.platform.entry.http import reply
from shared.sales.hand_offs.moves import move_lead
from shared.sales.hand_offs.options import MOVERS, options
from shared.sales.hand_offs.reasons import KNOWN_REASONS
from shared.sales.leads.changes import change_facts
from shared.sales.leads.creation import create_lead
from shared.sales.leads.export import as_csv
from shared.sales.leads.listing import LeadList, list_leads
from shared.sales.leads.states import LeadState
from shared.sales.scoring.course import course_of
from shared.sales.scoring.explain import explain_score
from shared.sales.scoring.rule_sets import rules_in_force
from shared.sales.tasks.changes import change_task, create_task
from shared.sales.tasks.model import NewTask, TaskChange
from shared.sales.timeline.history import lead_history

from .schemas import (
    MoveForm,
    NewLeadForm,
    VersionForm,
    all_fields,
    as_of,
    facts_touched,
    filters_in,
    grouped,
    last_offer,
    list_asked,
    merged,
    task_in,
)

PAGE_SIZE: Final = 50
MAY_ADD: Final = ("rep", "sales_manager", "marketer", "agent")
MAY_EXPLAIN: Final = ("rep", "sales_manager", "marketer", "analyst")
NEW: Final = "/console/leads/new"

console = Console(Path(__file__).parent / "templates", "/console/leads")


@console.get("/console/leads", *ROLES)
def everybodys(request: PageRequest) -> Answer:
    """Leads by state, whoever owns them."""
    return _list(request, "/console/leads", "All leads")


@console.get("/console/leads/mine", *MOVERS)
def own(request: PageRequest) -> Answer:
    """Leads of the person who asks."""
    return _list(request, "/console/leads/mine", "My leads", owner=request.person.staff_id)


@console.get("/console/leads/export", *ROLES)
def exported(request: PageRequest) -> Answer:
    """The list of such an address as a file."""
    file = as_csv(list_asked(request.query).of(request.person.staff_id))
    named = {"content-disposition": 'attachment; filename="leads.csv"'}
    return reply(200, file.text, headers=named, media_type="text/csv; charset=utf-8")


@console.get(NEW, *MAY_ADD)
def typed_in(request: PageRequest) -> Answer:
    """The form for a lead somebody met."""
    return request.page("new.html", key=request.id, known=None)


@console.post(NEW, *MAY_ADD)
def created(request: PageRequest) -> Answer:
    """Store it; sent twice, it is one. An address of another lead leads to that one."""
    form = request.form
    try:
        new = read(NewLeadForm, form).new_lead(form)
        done = create_lead(new, request.by, form.get("key"), request.now)
    except (Rejected, Conflict) as error:
        return request.refused("new.html", error, key="", known=error.extra.get("lead_id"))
    return request.redirect(f"/console/leads/{done.lead_id}", done="Lead saved")


@console.get("/console/leads/{lead_id}", *ROLES)
def shown(request: PageRequest, lead_id: str) -> Answer:
    """One lead, whole."""
    return _lead(request, lead_id, editing="edit" in request.query and request.by.has(*MAY_ADD))


@console.post("/console/leads/{lead_id}/facts", *MAY_ADD)
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


@console.post("/console/leads/{lead_id}/move", *MOVERS)
def moved(request: PageRequest, lead_id: str) -> Answer:
    """Accept, reject, qualify, assign …; then back to where it was asked for."""
    form = request.form
    try:
        move = read(MoveForm, form)
        move_lead(lead_id, move.move(), request.by, request.now)
    except (Rejected, Conflict, Stale) as error:
        return _lead(request, lead_id, error)
    to = local_address(form.get("next") or f"/console/leads/{lead_id}")
    return request.redirect(to, done=_MOVED[move.to])


@console.post("/console/leads/{lead_id}/tasks", *MAY_ADD)
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


@console.post("/console/leads/{lead_id}/tasks/{task_id}/done", *MAY_ADD)
def done(request: PageRequest, lead_id: str, task_id: str) -> Answer:
    """Tick a task off."""
    version = read(VersionForm, request.form).version
    change = read(TaskChange, {"version": version, "state": "done"})
    change_task(task_id, change, request.by, request.now)
    to = local_address(request.form.get("next") or f"/console/leads/{lead_id}")
    return request.redirect(to, done="Task done")


@console.get("/console/leads/{lead_id}/score", *MAY_EXPLAIN)
def explained(request: PageRequest, lead_id: str) -> Answer:
    """Why the lead has, or had, its points: what the slider swaps into the page."""
    at = as_of(request.query.get("at"), request.now)
    score = explain_score(lead_id, request.now, at)
    return request.page("why.html", score=score, as_of=at)


@console.get("/console/leads/{lead_id}/course", *MAY_EXPLAIN)
def drawn(request: PageRequest, lead_id: str) -> Answer:
    """How the points came about, as a part of the page that comes after it."""
    since = as_of(request.query.get("since"), request.now) or request.now
    rules = rules_in_force(request.now)
    points = course_of(lead_id, since, request.now, rules.value) if rules else []
    return request.page("course.html", points=points, threshold=_threshold(request.now))


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
        **_span(lead.created_at, request.now),
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


_MOVED: Final = {
    LeadState.WORKING: "Accepted: it is yours to work on",
    LeadState.QUALIFIED: "Qualified",
    LeadState.ASSIGNED: "Assigned",
    LeadState.RECYCLED: "Recycled: it may become ready again",
    LeadState.DISQUALIFIED: "Disqualified",
}


def _span(created_at: str, now: datetime) -> dict[str, int]:
    """What the slider runs over, in epoch seconds."""
    since, until = int(parse_instant(created_at).timestamp()), int(now.timestamp())
    return {"since": since, "until": until, "step": max(1, (until - since) // 400)}


def _list(request: PageRequest, at: str, heading: str, **fixed: str) -> Answer:
    given = request.query
    shown: dict[str, Any] = {
        "at": at,
        "heading": heading,
        "mine": "owner" in fixed,
        "tabs": _tabs(given, at, every=bool(fixed or given.get("owner"))),
        "owners": [("me", "Me"), *((one.staff_id, one.name) for one in sellers(request.now))],
        "filtered": filters_in(given),
        "further": sum(name in filters_in(given) for name in _FURTHER),
        "sort": given.get("sort") or "-created",
        "names": names(request.now),
        "threshold": _threshold(request.now),
        "may_add": request.by.has(*MAY_ADD),
    }
    try:
        query = list_asked(given, **fixed).of(request.person.staff_id)
        found = list_leads(query, limit=PAGE_SIZE, cursor=given.get("cursor"))
    except Rejected as error:
        return request.refused("list.html", error, **shown, **_nothing())
    return request.page(
        "list.html", **shown, leads=found.items, next=found.next, truncated=found.truncated
    )


_FURTHER = ("source", "country", "created_from", "created_to")


def _nothing() -> dict[str, Any]:
    none = LeadList([])
    return {"leads": none.items, "next": none.next, "truncated": none.truncated}


def _tabs(given: dict[str, str], at: str, *, every: bool) -> list[tuple[str, str, bool]]:
    """All states together where there is one owner, then each."""
    now = given.get("state") or ("" if every else LeadState.NEW.value)
    states = [*([("All", "")] if every else []), *((s.capitalize(), s.value) for s in LeadState)]
    return [
        (label, with_query(at, given, state=state, cursor=None), state == now)
        for label, state in states
    ]


def _threshold(now: datetime) -> Decimal | None:
    rules = rules_in_force(now)
    return rules.value.threshold if rules else None


handle = console
