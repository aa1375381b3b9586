"""`/` and `/console`: what needs somebody now; `/console/tour`: a lead's way, step by step."""

from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.console.navigation import SALES
from shared.directory.listing import list_staff
from shared.directory.repository import staff_member
from shared.kernel.calendars import zone_of
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound, Unauthorised
from shared.platform.settings import settings
from shared.sales.leads.listing import list_leads
from shared.sales.leads.model import LeadSummary
from shared.sales.leads.query import LeadQuery
from shared.sales.leads.repository import load
from shared.sales.leads.states import LeadState
from shared.sales.scoring.rule_sets import active_rules
from shared.sales.work.listing import work_of

console = Console(Path(__file__).parent / "templates", "/console")

SAMPLE_PEOPLE: Final = 25
LATELY: Final = 8
NOON, EVENING = 12, 18

HINTS: Final = {
    "/console/leads": "Everybody who may buy, by state",
    "/console/reports": "Where leads come from, how fast sales answers",
    "/console/forms": "What visitors fill in, and the snippet for your site",
    "/console/quarantine": "What looked automatic, waiting for a look",
    "/console/scoring": "What makes a lead ready for sales",
    "/console/assignment": "Who gets which leads",
    "/console/people": "Who works here, teams, hours and leave",
    "/console/keys": "What pages and partners report events with",
    "/console/changes": "Who changed what, and the way back",
    "/console/system": "What failed, and sending it again",
}


@console.get("/", public=True)
def root(request: PageRequest) -> Answer:
    """The start is the staff's home page."""
    return request.redirect("/console")


@console.get("/console")
def home(request: PageRequest) -> Answer:
    """Hand-offs with their clocks, tasks, and what changed."""
    sells = request.by.has(*SALES)
    return request.page(
        "home.html",
        greeting=_greeting(request),
        sells=sells,
        hints=HINTS,
        tour=bool(settings().sample_password),
        **(_work(request) if sells else {}),
    )


@console.get("/console/home/work", *SALES)
def work(request: PageRequest) -> Answer:
    """The same without the frame, renewed while the page is open."""
    return request.page("work.html", **_work(request))


@console.get("/console/tour", public=True)
def tour(request: PageRequest) -> Answer:
    """The guided tour; before signing in it offers the sample people. Local only."""
    password = _sample_password()
    try:
        request.sign_in()
    except Unauthorised:
        people, _ = list_staff(team_id=None, limit=SAMPLE_PEOPLE, cursor=None)
        wanted = {"sales_manager": 0, "rep": 1, "marketer": 2, "admin": 3}
        chosen = [one for one in people if wanted.keys() & set(one.roles)]
        chosen.sort(key=lambda one: min(wanted.get(role, 9) for role in one.roles))
        return request.page("tour.html", people=chosen, password=password)
    return request.page("tour.html", **_progress(request), password=password)


@console.get("/console/tour/steps")
def steps(request: PageRequest) -> Answer:
    """The tour's steps again, with what happened meanwhile."""
    return request.page("tour_steps.html", **_progress(request), password=_sample_password())


def _work(request: PageRequest) -> dict[str, Any]:
    me = request.person.staff_id
    found = work_of(me, request.now)
    mine = list_leads(LeadQuery.asked({"owner": me, "sort": "-updated"}), limit=100, cursor=None)
    return {
        "hand_offs": found.hand_offs,
        "tasks": found.tasks,
        "overdue": len(found.overdue),
        "leads": {one.lead_id: one for one in mine.items},
        "changed": mine.items[:LATELY],
        "label": _name,
        "threshold": active_rules(request.now).value.threshold,
    }


def _greeting(request: PageRequest) -> str:
    hour = request.now.astimezone(zone_of(request.zone)).hour
    return "Good morning" if hour < NOON else "Good afternoon" if hour < EVENING else "Good evening"


def _sample_password() -> str:
    password = settings().sample_password
    if not password:
        raise NotFound("no_such_page", "There is no page at this address")
    return password


def _progress(request: PageRequest) -> dict[str, Any]:
    since = request.query.get("since") or iso(request.now)
    lead = _followed(request.query.get("lead"), since)
    threshold = active_rules(request.now).value.threshold
    owner = staff_member(lead.owner_id) if lead and lead.owner_id else None
    accepted = lead is not None and lead.state in (LeadState.WORKING, LeadState.QUALIFIED)
    ready = bool(owner) or bool(lead and float(lead.score) >= float(threshold))
    done = [bool(lead), ready, bool(owner), accepted]
    return {
        "since": since,
        "lead": lead,
        "lead_name": _name(lead) if lead else "",
        "threshold": threshold,
        "ready": ready,
        "owner_name": owner.name if owner else "",
        "owner_email": owner.email if owner else "",
        "accepted": accepted,
        "at": done.index(False) + 1 if False in done else 5,
        "finished": accepted,
    }


def _followed(lead_id: str | None, since: str) -> LeadSummary | None:
    """The lead the tour follows: the newest that came since it began."""
    if lead_id:
        return load(lead_id)
    for state in (LeadState.NEW, LeadState.ASSIGNED):
        query = LeadQuery.asked({"state": state, "created_from": since})
        if found := list_leads(query, limit=1, cursor=None).items:
            return found[0]
    return None


def _name(lead: LeadSummary | None) -> str:
    facts = lead.facts if lead else {}
    full = f"{facts.get('first_name', '')} {facts.get('last_name', '')}".strip()
    return full or facts.get("email", "") or "Somebody"


handle = console
