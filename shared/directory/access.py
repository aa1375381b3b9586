"""Who is asking, by the directory: what is taken from a person holds for the next request.

A token or cookie proves only who signed in and when. Whether they still work here, and with which
roles, is read from their record each time: one strong read.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.kernel.errors import Unauthorised
from shared.kernel.ids import StaffId
from shared.platform.auth import Staff
from shared.platform.entry.http import Request
from shared.platform.requests import Item, Key
from shared.platform.tables import Table, get_across

from .model import StaffMember
from .repository import directory, person_in, staff_key, staff_member


def signed_in(request: Request, *roles: str) -> Staff:
    """Who asks for `request`; `Forbidden` unless one of `roles` is theirs (an administrator's
    are all). Raises `Unauthorised` as `person_signed_in` does, and without a verified token."""
    token = request.token()
    staff = staff_of(person_signed_in(token.username, token.signed_in_at))
    staff.need(*roles)
    return staff


def signed_in_beside(
    request: Request, *roles: str, beside: tuple[Table, Key]
) -> tuple[Staff, Item | None]:
    """`signed_in`, and an item of another table read in the same call; `None` where there is
    none. The item is of use only once it is known who asks."""
    token = request.token()
    person, item = person_signed_in_beside(token.username, token.signed_in_at, beside)
    staff = staff_of(person)
    staff.need(*roles)
    return staff, item


def person_signed_in_beside(
    staff_id: str, since: datetime, beside: tuple[Table, Key]
) -> tuple[StaffMember, Item | None]:
    """`person_signed_in`, and an item of another table read in the same call."""
    person, (item,) = person_signed_in_among(staff_id, since, (beside,))
    return person, item


def person_signed_in_among(
    staff_id: str, since: datetime, beside: Sequence[tuple[Table, Key]]
) -> tuple[StaffMember, list[Item | None]]:
    """`person_signed_in`, and items of other tables read in the same call, in that order."""
    record, *items = get_across((directory, staff_key(staff_id)), *beside)
    person = person_in(record) if record else None
    return _still_signed_in(person, since), items


def person_signed_in(staff_id: str, since: datetime) -> StaffMember:
    """The person who signed in at `since`, as they are now.

    Raises `Unauthorised`: `account_disabled` for somebody who is disabled or was never known, and
    `signed_out` when all their sessions were ended since.
    """
    return _still_signed_in(staff_member(staff_id), since)


def _still_signed_in(person: StaffMember | None, since: datetime) -> StaffMember:
    if person is None or person.disabled:
        raise Unauthorised("account_disabled", "This account is not in use")
    # Tokens tell seconds: one of the second of the sign-out may be from before it.
    if person.signed_out_at and since <= person.signed_out_at:
        raise Unauthorised("signed_out", "This session was ended, sign in again")
    return person


def staff_of(person: StaffMember) -> Staff:
    """The person as use cases know who asks."""
    return Staff(StaffId(person.staff_id), frozenset(person.roles))
