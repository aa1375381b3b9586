"""Teams: who manages them, and the hours of those to whom nobody in particular belongs."""

from typing import Any

from shared.console import working_hours
from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues, forget, names
from shared.directory import repository
from shared.directory.changes import put_team
from shared.directory.model import Team, TeamInput
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.zones import zones

from .people import LIST
from .schemas import CALENDAR, pointed, team_id_typed, team_typed

TEAMS = f"{LIST}/teams"


def listed(request: PageRequest) -> Answer:
    """Every team."""
    people = names(request.now)
    teams = [
        {
            "team": one,
            "manager": people.get(one.manager_id or "", ""),
            "hours": working_hours.in_words(one.calendar),
        }
        for one in repository.teams()
    ]
    return request.page("teams.html", teams=teams, may_edit=request.by.has("sales_manager"))


def new(request: PageRequest) -> Answer:
    """The form to make a team."""
    hours = working_hours.as_typed(request.person.working_hours, CALENDAR)
    return request.page("team.html", **_editing(request, None, hours))


def made(request: PageRequest) -> Answer:
    """Make a team."""
    return _saved(request, None)


def shown(request: PageRequest, team_id: str) -> Answer:
    """The form to change a team."""
    team = _found(team_id)
    hours = working_hours.as_typed(team.calendar, CALENDAR)
    return request.page("team.html", **_editing(request, team, hours))


def changed(request: PageRequest, team_id: str) -> Answer:
    """Change a team; where somebody else did meanwhile, show both versions."""
    return _saved(request, team_id)


def _saved(request: PageRequest, team_id: str | None) -> Answer:
    try:
        given = team_typed(request.form)
        known = team_id or team_id_typed(request.form)
        team = put_team(known, given, request.now, by=request.by.staff_id)
    except Stale as error:
        stored = _found(team_id or "")
        both = differences(_comparable(stored), given.model_dump(mode="json", exclude={"version"}))
        return request.refused("team.html", error, **_editing(request, stored, {}, both))
    except CrmError as error:
        stored_team = _found(team_id) if team_id else None
        return request.refused("team.html", pointed(error), **_editing(request, stored_team, {}))
    forget()
    return request.redirect(TEAMS, done=f"{team.name} is saved")


def _comparable(team: Team) -> dict[str, Any]:
    return team.model_dump(mode="json", include=set(TeamInput.model_fields) - {"version"})


def _editing(
    request: PageRequest, team: Team | None, hours: dict[str, str], both: Any = ()
) -> dict[str, Any]:
    return {
        "team": team,
        "hours": hours,
        "days": working_hours.DAY_NAMES,
        "zones": zones(),
        "people": [(one.staff_id, one.name) for one in colleagues(request.now) if not one.disabled],
        "both": both,
    }


def _found(team_id: str) -> Team:
    team = repository.team(team_id)
    if team is None:
        raise NotFound("team_not_found", "There is no such team")
    return team
