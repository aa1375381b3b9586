"""People and teams.

`GET|POST /v1/staff`, `GET|PATCH /v1/staff/{staff_id}`, `POST /v1/staff/{staff_id}/invitation`,
`POST /v1/staff/{staff_id}/sign-out`, `GET /v1/teams`, `GET|PUT /v1/teams/{team_id}`, and a
`/rollback` of each: all staff read, sales managers write, administrators decide who signs in.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.directory import repository
from shared.directory.access import signed_in
from shared.directory.changes import NO_PERSON, add_staff, change_staff, put_team
from shared.directory.listing import list_staff
from shared.directory.model import NewStaff, StaffChange, TeamInput
from shared.directory.pool.invitation import invite_person
from shared.directory.rollback import roll_back_staff, roll_back_team
from shared.directory.sessions import end_sessions
from shared.kernel.errors import NotFound
from shared.kernel.paging import page_size
from shared.platform.auth import ADMIN, ROLES
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import ListQuery, StaffPage, StaffView, TeamList

http = Http()


@http.get("/v1/staff")
def listed(request: Request) -> Response[Any]:
    """`?team_id=&role=&disabled=true|false&limit=&cursor=`"""
    signed_in(request, *ROLES)
    query = request.parameters(ListQuery)
    people, rest = list_staff(
        team_id=query.team_id,
        limit=page_size(request.query.get("limit")),
        cursor=request.query.get("cursor"),
    )
    found = [
        StaffView.of(one, request.now)
        for one in people
        if query.role in (None, *one.roles)
        and query.disabled in (None, "true" if one.disabled else "false")
    ]
    return reply(200, StaffPage(items=found, next=rest))


@http.post("/v1/staff")
def added(request: Request) -> Response[Any]:
    """201; with an `Idempotency-Key` the same request again gives the same person."""
    by = signed_in(request, ADMIN)
    again = request.body if "idempotency-key" in request.headers else None
    person = add_staff(request.json(NewStaff), request.now, by=by.staff_id, replayable=again)
    return reply(
        201, StaffView.of(person, request.now), headers={"location": f"/v1/staff/{person.staff_id}"}
    )


@http.get("/v1/staff/{staff_id}")
def shown(request: Request, staff_id: str) -> Response[Any]:
    """One person."""
    signed_in(request, *ROLES)
    person = repository.staff_member(staff_id)
    if person is None:
        raise NotFound(NO_PERSON, "There is no such person")
    return reply(200, StaffView.of(person, request.now))


@http.patch("/v1/staff/{staff_id}")
def changed(request: Request, staff_id: str) -> Response[Any]:
    """The fields to change and the `version` they were read at."""
    by = signed_in(request, "sales_manager")
    change = request.json(StaffChange)
    if change.about_sign_in:
        by.need(ADMIN)
    person = change_staff(staff_id, change, request.now, by=by.staff_id)
    return reply(200, StaffView.of(person, request.now))


@http.post("/v1/staff/{staff_id}/invitation")
def invited(request: Request, staff_id: str) -> Response[Any]:
    """202: the person gets another invitation, with a new temporary password."""
    signed_in(request, ADMIN)
    return reply(202, StaffView.of(invite_person(staff_id), request.now))


@http.post("/v1/staff/{staff_id}/sign-out")
def signed_out(request: Request, staff_id: str) -> Response[Any]:
    """204: every session of the person is over. One's own, or anybody's for administrators."""
    by = signed_in(request, *ROLES)
    if staff_id != by.staff_id:
        by.need(ADMIN)
    end_sessions(staff_id, request.now, request.now, by=by.staff_id)
    return reply(204)


@http.post("/v1/staff/{staff_id}/rollback")
def rolled_back(request: Request, staff_id: str) -> Response[Any]:
    """The person as an older version said, as a new version."""
    by = signed_in(request, "sales_manager").staff_id
    given = request.json(RollBack)
    person = roll_back_staff(
        staff_id, given.to_version, after=given.version, by=by, now=request.now
    )
    return reply(200, StaffView.of(person, request.now))


@http.get("/v1/teams")
def teams(request: Request) -> Response[Any]:
    """Every team."""
    signed_in(request, *ROLES)
    return reply(200, TeamList(items=repository.teams()))


@http.get("/v1/teams/{team_id}")
def team(request: Request, team_id: str) -> Response[Any]:
    """One team."""
    signed_in(request, *ROLES)
    found = repository.team(team_id)
    if found is None:
        raise NotFound("team_not_found", "There is no such team")
    return reply(200, found)


@http.put("/v1/teams/{team_id}")
def team_put(request: Request, team_id: str) -> Response[Any]:
    """The whole team, with the `version` it was read at (0 makes a new one)."""
    by = signed_in(request, "sales_manager")
    given = request.json(TeamInput)
    return reply(200, put_team(team_id, given, request.now, by=by.staff_id))


@http.post("/v1/teams/{team_id}/rollback")
def team_rolled_back(request: Request, team_id: str) -> Response[Any]:
    """The team as an older version said, as a new version."""
    by = signed_in(request, "sales_manager").staff_id
    given = request.json(RollBack)
    team = roll_back_team(team_id, given.to_version, after=given.version, by=by, now=request.now)
    return reply(200, team)


handle = http
