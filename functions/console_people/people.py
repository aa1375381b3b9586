"""Everybody, team by team; inviting somebody."""

from typing import Any, Final

from shared.console import working_hours
from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues, company_teams, forget
from shared.directory.changes import add_staff
from shared.directory.repository import NO_TEAM, people_of
from shared.directory.standing import standing
from shared.kernel.errors import CrmError
from shared.pages.rendering import with_query
from shared.pages.zones import zones
from shared.platform.auth import ADMIN, ROLES
from shared.sales.assignment.loads import open_leads

from .schemas import HOURS, new_person, pointed

LIST: Final = "/console/people"
SELLING: Final = ("rep", "sales_manager")
TELLS_LOADS: Final = ("sales_manager", "analyst")


def listed(request: PageRequest) -> Answer:
    """One team after another, or whoever is called as searched for."""
    sought = request.query.get("q", "").strip()
    teams = team_names(request)
    chosen = _team(request, teams)
    shown: dict[str, Any] = {
        "sought": sought,
        "teams": teams,
        "tabs": _tabs(teams, None if sought else chosen),
        "may_invite": request.by.has(ADMIN),
        "may_make_teams": request.by.has("sales_manager"),
    }
    if sought:
        found = [one for one in colleagues(request.now) if sought.casefold() in one.name.casefold()]
        return request.page("found.html", found=found, **shown)
    people = sorted(people_of(chosen), key=lambda one: (one.disabled, one.name.casefold()))
    tells = request.by.has(*TELLS_LOADS)
    selling = [one.staff_id for one in people if one.accepts_leads or set(one.roles) & {"rep"}]
    return request.page(
        "people.html",
        people=[
            {
                "person": one,
                "standing": standing(one, request.now),
                "hours": working_hours.in_words(one.working_hours),
            }
            for one in people
        ],
        loads=open_leads(selling) if tells and selling else {},
        tells=tells and bool(selling),
        **shown,
    )


def new(request: PageRequest) -> Answer:
    """The form to invite somebody."""
    hours = working_hours.as_typed(request.person.working_hours, HOURS)
    return request.page("invite.html", hours=hours, chosen=["rep"], **form_needs(request))


def invited(request: PageRequest) -> Answer:
    """Add somebody: the directory's change makes their sign-in, and its mail."""
    roles = request.form_lists.get("roles", [])
    try:
        given = new_person(request.form, roles)
        person = add_staff(given, request.now, by=request.by.staff_id)
    except CrmError as error:
        needs = form_needs(request)
        return request.refused("invite.html", pointed(error), hours={}, chosen=roles, **needs)
    forget()
    done = f"{person.name} is invited: the mail with a temporary password is on its way"
    return request.redirect(f"{LIST}/{person.staff_id}", done=done)


def form_needs(request: PageRequest) -> dict[str, Any]:
    """What forms about people choose from."""
    return {
        "roles": ROLES,
        "teams": team_names(request),
        "days": working_hours.DAY_NAMES,
        "zones": zones(),
        "signs_in": request.by.has(ADMIN),
    }


def team_names(request: PageRequest) -> dict[str, str]:
    """Teams by name."""
    return {team.team_id: team.name for team in company_teams(request.now)}


def _team(request: PageRequest, teams: dict[str, str]) -> str:
    asked = request.query.get("team", "")
    if asked in teams or asked == NO_TEAM:
        return asked
    own = request.person.team_id
    return own if own in teams else next(iter(teams), NO_TEAM)


def _tabs(teams: dict[str, str], chosen: str | None) -> list[tuple[str, str, bool]]:
    every = [*teams.items(), (NO_TEAM, "Without a team")]
    return [(name, with_query(LIST, {"team": id}), id == chosen) for id, name in every]
