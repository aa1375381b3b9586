"""Inviting somebody again, whose temporary password was lost or has expired."""

from shared.directory.changes import NO_PERSON
from shared.directory.model import StaffMember
from shared.directory.repository import staff_member
from shared.kernel.errors import Conflict, NotFound
from shared.platform.pool_users import NotInvitable, invite_again


def invite_person(staff_id: str) -> StaffMember:
    """Mail them a new temporary password.

    Raises `NotFound`, and `Conflict` for somebody who is disabled, has a password of their own
    (who forgot it, has it reset), or is not in the pool yet: that invitation is on its way.
    """
    person = staff_member(staff_id)
    if person is None:
        raise NotFound(NO_PERSON, "There is no such person")
    if person.disabled:
        raise Conflict("account_disabled", "This account is not in use")
    try:
        invite_again(staff_id)
    except NotInvitable as error:
        raise Conflict(
            "not_invitable", "They have signed in before, or their first invitation is on its way"
        ) from error
    return person
