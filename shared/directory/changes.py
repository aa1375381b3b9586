"""Adding and changing people and teams."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.errors import Conflict, FieldError, NotFound, Rejected
from shared.kernel.ids import new_id
from shared.platform.entry.problems import as_asked
from shared.platform.idempotency import request_hash, same_request
from shared.platform.writes import ConditionFailed

from . import repository
from .events import DirectoryEvent, StaffChanged, StaffDisabled
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
    email = _address(new.email)
    with as_asked():
        person = StaffMember(**given | {"email": email, "version": 1})
    made = request_hash(replayable) if replayable is not None else None
    try:
        save_new(person, now, by=by, request_hash=made)
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

    Raises `NotFound`, `Stale` with the person as they are, and `Conflict`: nobody disables
    themselves, the last administrator stays, an address is one person's.
    """
    person = repository.staff_member(staff_id)
    if person is None:
        raise NotFound(NO_PERSON, "There is no such person")
    if person.version != change.version:
        raise repository.stale(person)
    if change.disabled and staff_id == by:
        raise Conflict("own_account", "Somebody else has to disable your account")
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
    return save_changed(person, given, now, by=by, restored=restored)


def put_team(
    team_id: str, given: TeamInput, now: datetime, *, by: str, restored: int | None = None
) -> Team:
    """Make a team or replace it; `restored` is the version it comes from, if it does. Raises `Stale`, and `Rejected` for an unknown manager."""
    check_country(given.calendar, "calendar", now)
    if given.manager_id and repository.staff_member(given.manager_id) is None:
        raise _unacceptable("manager_id", NO_PERSON, "There is no such person")
    with as_asked():
        team = Team(
            team_id=team_id,
            name=given.name,
            manager_id=given.manager_id,
            calendar=given.calendar,
            version=given.version + 1,
        )
    repository.save_team(team, by=by, at=now, restored=restored)
    return team


def save_new(
    person: StaffMember, now: datetime, *, by: str, request_hash: str | None = None
) -> None:
    """Store a new person. Raises as `repository.add_person` does."""
    repository.add_person(person, [_changed(person, now)], now, by=by, request_hash=request_hash)


def save_changed(
    person: StaffMember,
    given: Mapping[str, Any],
    now: datetime,
    *,
    by: str,
    restored: int | None = None,
    last_admin: bool = False,
) -> StaffMember:
    """Store a person with what is `given` changed. Whoever is disabled is signed out everywhere.

    Raises as `repository.replace_person` does.
    """
    left = given.get("disabled", False) and not person.disabled
    further = {"version": person.version + 1} | ({"signed_out_at": now} if left else {})
    changed = person.model_copy(update={**given, **further})
    events: list[DirectoryEvent] = [_changed(changed, now)]
    if left:
        events.append(
            StaffDisabled(
                event_id=new_id("event", now),
                occurred_at=now,
                staff_id=changed.staff_id,
                version=changed.version,
            )
        )
    repository.replace_person(
        person, changed, events, now, by=by, restored=restored, last_admin=last_admin
    )
    return changed


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
