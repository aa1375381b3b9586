"""Adding and changing people and teams."""

from datetime import datetime

from shared.kernel.errors import Conflict, FieldError, NotFound, Rejected, Stale
from shared.kernel.ids import new_id
from shared.platform.idempotency import request_hash, same_request
from shared.platform.writes import ConditionFailed

from . import repository
from .events import StaffChanged
from .holidays import check_country
from .model import NewStaff, StaffChange, StaffMember, Team, TeamInput

NO_PERSON = "staff_not_found"


def add_staff(
    new: NewStaff, now: datetime, *, by: str, replayable: bytes | None = None
) -> StaffMember:
    """Add a person.

    `replayable` is the request's body when it carries an `Idempotency-Key`: the same request
    again finds the person it made. Raises `Conflict` when the id is taken otherwise.
    """
    check_country(new.working_hours, "working_hours", now)
    _team_exists(new.team_id)
    given = {name: getattr(new, name) for name in NewStaff.model_fields}
    person = StaffMember(**given | {"email": _address(new.email), "version": 1})
    made = request_hash(replayable) if replayable is not None else None
    try:
        repository.add_person(person, _changed(person, now), by=by, request_hash=made)
    except ConditionFailed as refused:
        found = refused.found(0) or {}
        if replayable is not None:
            same_request(found, replayable)
            return StaffMember.model_validate(found)
        raise Conflict(
            "staff_exists", "There is a person of that id", staff_id=new.staff_id
        ) from refused
    return person


def change_staff(
    staff_id: str, change: StaffChange, now: datetime, *, by: str, restored: int | None = None
) -> StaffMember:
    """Change what is given of a person; `restored` is the version it comes from, if it does.
    Raises `NotFound` and `Stale`."""
    person = repository.staff_member(staff_id)
    if person is None:
        raise NotFound(NO_PERSON, "There is no such person")
    if person.version != change.version:
        raise Stale("version_stale", version=person.version)
    given = change.given()
    if "email" in given:
        given["email"] = _address(given["email"])
    if "name" in given and not given["name"]:
        raise _unacceptable("name", "missing", "A person has a name")
    if "working_hours" in given:
        if given["working_hours"] is None:
            raise _unacceptable("working_hours", "missing", "A person has working hours")
        check_country(given["working_hours"], "working_hours", now)
    _team_exists(given.get("team_id"))
    changed = person.model_copy(update=given | {"version": person.version + 1})
    event = _changed(changed, now)
    repository.replace_person(changed, person.version, event, by=by, restored=restored)
    return changed


def put_team(
    team_id: str, given: TeamInput, now: datetime, *, by: str, restored: int | None = None
) -> Team:
    """Make a team or replace it; `restored` is the version it comes from, if it does. Raises `Stale`, and `Rejected` for an unknown manager."""
    check_country(given.calendar, "calendar", now)
    if given.manager_id and repository.staff_member(given.manager_id) is None:
        raise _unacceptable("manager_id", NO_PERSON, "There is no such person")
    team = Team(
        team_id=team_id,
        name=given.name,
        manager_id=given.manager_id,
        calendar=given.calendar,
        version=given.version + 1,
    )
    repository.save_team(team, by=by, at=now, restored=restored)
    return team


def _changed(person: StaffMember, now: datetime) -> StaffChanged:
    return StaffChanged(
        event_id=new_id("event", now),
        occurred_at=now,
        staff_id=person.staff_id,
        version=person.version,
    )


def _team_exists(team_id: str | None) -> None:
    if team_id is not None and repository.team(team_id) is None:
        raise _unacceptable("team_id", "team_not_found", "There is no such team")


def _address(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise _unacceptable("email", "email_invalid", "Not an e-mail address") from error


def _unacceptable(field: str, code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])
