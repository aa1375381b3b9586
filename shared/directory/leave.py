"""Leave: one's own, or that of the people one looks after."""

from datetime import datetime

from shared.kernel.errors import Forbidden, NotFound
from shared.platform.auth import Staff

from .changes import NO_PERSON, change_staff
from .model import Leave, StaffChange, StaffMember, Team
from .repository import staff_member, team


def may_set_leave(by: Staff, person: StaffMember, of_team: Team | None) -> bool:
    """Whether `by` may: it is their own, or they manage the person's team (`of_team`), sales or
    everything."""
    manages = of_team is not None and of_team.manager_id == by.staff_id
    return by.staff_id == person.staff_id or manages or by.has("sales_manager")


def add_leave(
    staff_id: str, leave: Leave, now: datetime, *, by: Staff, version: int
) -> StaffMember:
    """Give somebody days off. The same days again change nothing.

    Raises `NotFound`, `Forbidden`, and `Stale` when the person is no longer at `version`.
    """
    person = _person(staff_id, by)
    if leave in person.leave:
        return person
    ranges = tuple(sorted((*person.leave, leave), key=lambda one: (one.first, one.last)))
    return _changed(person, ranges, now, by=by, version=version)


def remove_leave(
    staff_id: str, leave: Leave, now: datetime, *, by: Staff, version: int
) -> StaffMember:
    """Take days off back; there being none such changes nothing. Raises as `add_leave` does."""
    person = _person(staff_id, by)
    if leave not in person.leave:
        return person
    ranges = tuple(one for one in person.leave if one != leave)
    return _changed(person, ranges, now, by=by, version=version)


def _person(staff_id: str, by: Staff) -> StaffMember:
    person = staff_member(staff_id)
    if person is None:
        raise NotFound(NO_PERSON, "There is no such person")
    of_team = team(person.team_id) if person.team_id else None
    if not may_set_leave(by, person, of_team):
        raise Forbidden("leave_of_others", "You set your own leave, and that of your team")
    return person


def _changed(
    person: StaffMember, ranges: tuple[Leave, ...], now: datetime, *, by: Staff, version: int
) -> StaffMember:
    change = StaffChange.model_validate(
        {"version": version, "leave": [one.model_dump(by_alias=True) for one in ranges]}
    )
    return change_staff(person.staff_id, change, now, by=by.staff_id)
