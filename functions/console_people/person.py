"""One person: what everybody may know, changing them, disabling and enabling."""

from typing import Any

from shared.console import working_hours
from shared.console.entry import Answer, PageRequest
from shared.console.names import company_teams, forget
from shared.directory.changes import NO_PERSON, change_staff
from shared.directory.leave import may_set_leave
from shared.directory.model import StaffChange, StaffMember, local_date
from shared.directory.pool.invitation import invite_person
from shared.directory.repository import staff_member
from shared.directory.standing import standing
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import Conflict, CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.platform.auth import ADMIN
from shared.platform.pool_users import awaited
from shared.sales.assignment.loads import open_leads

from .people import LIST, TELLS_LOADS, form_needs, team_names
from .schemas import HOURS, VersionForm, changed_person, pointed


def shown(request: PageRequest, staff_id: str) -> Answer:
    """Who somebody is here, and what may be done."""
    return request.page("person.html", **view(request, found(request, staff_id)))


def form(request: PageRequest, staff_id: str) -> Answer:
    """The form to change somebody."""
    return request.page("edit.html", **_editing(request, found(request, staff_id)))


def changed(request: PageRequest, staff_id: str) -> Answer:
    """Change somebody; where somebody else did meanwhile, show both versions."""
    roles = request.form_lists.get("roles", [])
    try:
        given = changed_person(request.form, roles, sign_in=request.by.has(ADMIN))
        person = change_staff(staff_id, given, request.now, by=request.by.staff_id)
    except Stale as error:
        stored = StaffMember.model_validate(error.extra["current"])
        both = _both(stored, given)
        editing = {**_editing(request, stored), "chosen": roles, "both": both}
        return request.refused("edit.html", error, **editing)
    except CrmError as error:
        editing = {**_editing(request, found(request, staff_id)), "chosen": roles}
        return request.refused("edit.html", pointed(error), **editing)
    forget()
    return request.redirect(f"{LIST}/{staff_id}", done=f"{person.name} is saved")


def disabled(request: PageRequest, staff_id: str) -> Answer:
    """End somebody's access at once; their open leads find others."""
    return _switched(request, staff_id, off=True)


def enabled(request: PageRequest, staff_id: str) -> Answer:
    """Let somebody in again."""
    return _switched(request, staff_id, off=False)


def invited_again(request: PageRequest, staff_id: str) -> Answer:
    """Mail somebody another temporary password."""
    try:
        person = invite_person(staff_id)
    except Conflict as error:
        return request.refused("person.html", error, **view(request, found(request, staff_id)))
    done = f"{person.name} is sent another temporary password"
    return request.redirect(f"{LIST}/{staff_id}", done=done)


def found(request: PageRequest, staff_id: str) -> StaffMember:
    """The person; whoever asks is known already. Raises `NotFound`."""
    if staff_id == request.person.staff_id:
        return request.person
    person = staff_member(staff_id)
    if person is None:
        raise NotFound(NO_PERSON, "There is no such person")
    return person


def view(request: PageRequest, person: StaffMember) -> dict[str, Any]:
    """What the page of a person shows."""
    by = request.by
    own = person.staff_id == by.staff_id
    administers = by.has(ADMIN) and not own
    takes = person.accepts_leads or "rep" in person.roles
    tells = takes and (own or by.has(*TELLS_LOADS))
    today = local_date(request.now, person.working_hours.zone)
    teams = {team.team_id: team for team in company_teams(request.now)}
    return {
        "person": person,
        "own": own,
        "standing": standing(person, request.now),
        "awaited": administers and not person.disabled and awaited(person.staff_id),
        "hours": working_hours.in_words(person.working_hours),
        "teams": team_names(request),
        "leads": open_leads([person.staff_id])[person.staff_id] if tells else None,
        "may_edit": by.has("sales_manager"),
        "may_set_leave": may_set_leave(by, person, teams.get(person.team_id or "")),
        "leave": [one for one in person.leave if one.last >= today],
        "taken": [one for one in person.leave if one.last < today],
        "administers": administers,
    }


def _editing(request: PageRequest, person: StaffMember) -> dict[str, Any]:
    return {
        "person": person,
        "hours": working_hours.as_typed(person.working_hours, HOURS),
        "chosen": person.roles,
        "both": [],
        **form_needs(request),
    }


def _both(stored: StaffMember, given: StaffChange) -> list[Difference]:
    """Place by place what is stored now, and what was typed."""
    named = given.model_fields_set - {"version"}
    mine = given.model_dump(mode="json", include=named)
    return differences(stored.model_dump(mode="json", include=named), mine)


def _switched(request: PageRequest, staff_id: str, *, off: bool) -> Answer:
    given = read(VersionForm, request.form)
    change = StaffChange(version=given.version, disabled=off)
    try:
        person = change_staff(staff_id, change, request.now, by=request.by.staff_id)
    except Stale as error:
        now = StaffMember.model_validate(error.extra["current"])
        return request.refused("person.html", error, **view(request, now))
    except CrmError as error:
        return request.refused("person.html", error, **view(request, found(request, staff_id)))
    forget()
    done = (
        f"{person.name} is signed out everywhere; their open leads are given to others"
        if off
        else f"{person.name} can sign in again"
    )
    return request.redirect(f"{LIST}/{staff_id}", done=done)
