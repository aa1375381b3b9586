"""Making one person's record and their sign-in the same, whichever of them changed."""

from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from shared.directory.changes import save_changed, save_new
from shared.directory.model import Name, StaffMember, StaffSlug
from shared.kernel.calendars import BusinessCalendar
from shared.kernel.errors import Conflict
from shared.platform.auth import ROLES
from shared.platform.observability import count, logger
from shared.platform.pool_users import (
    AddressTaken,
    PoolUser,
    find_user,
    invite,
    set_email,
    set_enabled,
    set_group,
    sign_out,
)

from . import repository
from .model import Account, Agreed, merged
from .repository import Known

BY: Final = "sign_in_pool"
"""Who changed what was changed in the pool, as the audit tells it."""

OFFICE_HOURS: Final = BusinessCalendar(
    zone="UTC", hours={day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
)
"""Those of a person made in the pool, until somebody says otherwise."""

_SLUG: Final = TypeAdapter(StaffSlug)
_NAME: Final = TypeAdapter(Name)


def reconcile(staff_id: str, now: datetime) -> None:
    """Bring both sides to the same state; done again it changes nothing.

    What cannot be (an address that is somebody else's, a username no staff id can be) is counted
    as `StaffNotInStep` and left for a person. Raises `ConditionFailed` or `Stale` when the person
    was changed meanwhile: the message comes again.
    """
    known, user = repository.known_of(staff_id), find_user(staff_id)
    if user and not takeable(user):
        return _not_in_step(staff_id, "username")
    try:
        if known.person is not None:
            _reconcile(known, known.person, user, now)
        elif user is not None:
            _take_in(user, known, now)
    except AddressTaken:
        _not_in_step(staff_id, "address_taken")
    except Conflict as conflict:
        _not_in_step(staff_id, conflict.code)


def account_of(user: PoolUser) -> Account:
    """How the pool lets this person sign in."""
    return Account(user.email, user.groups & frozenset(ROLES), not user.enabled)


def takeable(user: PoolUser) -> bool:
    """Whether their username can be a staff id. Cognito compares without regard to case, we
    do not."""
    try:
        _SLUG.validate_python(user.username)
    except ValidationError:
        return False
    return True


def _reconcile(known: Known, person: StaffMember, user: PoolUser | None, now: datetime) -> None:
    if user is not None:
        _agree(known, person, account_of(user), now)
    elif known.agreed is not None:
        # Removed from the pool: here people are disabled and never forgotten.
        if not person.disabled:
            _take_over(person, {"disabled": True}, now)
        repository.forget(person.staff_id, known)
    elif not person.disabled:
        invite(person.staff_id, person.email)
        there = Account(person.email, frozenset(), False)
        known = repository.store(person.staff_id, known, Agreed(there), person.signed_out_at)
        _agree(known, person, there, now)


def _agree(known: Known, person: StaffMember, there: Account, now: datetime) -> None:
    """Bring the record and the pool's side to what both shall be, and remember it."""
    target = merged(known.agreed, Account.of(person), there)
    if target != Account.of(person):
        roles = tuple(sorted(target.roles))
        changes = {"email": target.email, "roles": roles, "disabled": target.disabled}
        person = _take_over(person, changes, now)
    staff_id, signed_out_at = person.staff_id, person.signed_out_at
    if target != there or signed_out_at != known.signed_out_at:
        before = known.agreed.account if known.agreed else there
        known = repository.store(staff_id, known, Agreed(before, target), known.signed_out_at)
        _push(staff_id, there, target)
        if signed_out_at != known.signed_out_at:
            sign_out(staff_id)
    if known.agreed != Agreed(target) or signed_out_at != known.signed_out_at:
        repository.store(staff_id, known, Agreed(target), signed_out_at)


def _push(staff_id: str, there: Account, target: Account) -> None:
    """Make the pool's side `target`. To disable comes first: nothing else is as urgent."""
    if target.disabled and not there.disabled:
        set_enabled(staff_id, enabled=False)
    if target.email != there.email:
        set_email(staff_id, target.email)
    for role in sorted(target.roles ^ there.roles):
        set_group(staff_id, role, member=role in target.roles)
    if there.disabled and not target.disabled:
        set_enabled(staff_id, enabled=True)


def _take_in(user: PoolUser, known: Known, now: datetime) -> None:
    """Somebody made in the pool becomes a person here, who is given nothing yet."""
    account = account_of(user)
    person = StaffMember(
        staff_id=user.username,
        name=_name(user),
        email=account.email,
        roles=tuple(account.roles),
        working_hours=OFFICE_HOURS,
        disabled=account.disabled,
        version=1,
    )
    save_new(person, now, by=BY)
    repository.store(person.staff_id, known, Agreed(account), None)


def _take_over(person: StaffMember, changes: dict[str, Any], now: datetime) -> StaffMember:
    # The pool is the operator's: who has no administrator left there has none here either.
    return save_changed(person, changes, now, by=BY, last_admin=True)


def _name(user: PoolUser) -> str:
    try:
        return _NAME.validate_python(user.name)
    except ValidationError:
        return user.username


def _not_in_step(staff_id: str, why: str) -> None:
    logger().error("not in step with the sign-in pool", extra={"staff_id": staff_id, "why": why})
    count("StaffNotInStep")
