"""Looking for people whose record and sign-in differ: what was changed in the pool tells nobody."""

from collections.abc import Iterator
from datetime import datetime

from shared.directory.model import StaffMember
from shared.directory.repository import NO_TEAM, people_of, teams
from shared.kernel.clock import iso
from shared.platform.auth import ROLES
from shared.platform.observability import count, logger
from shared.platform.pool_users import PoolUser, all_users
from shared.platform.queues import send_all
from shared.platform.settings import settings

from .model import Account, Agreed
from .reconcile import account_of, takeable
from .repository import agreements


def compare(now: datetime) -> int:
    """Queue everybody who differs, for `staff_sync` to look at again; returns how many.

    A call per sixty people of the pool, per role and per team, and one per hundred people.
    """
    users = {user.username: user for user in all_users(ROLES) if _can_be_staff(user)}
    people = {one.staff_id: one for one in _everybody()}
    agreed = agreements({*users, *people})
    differing = [
        {"staff_id": staff_id, "at": iso(now)}
        for staff_id in sorted({*users, *people})
        if _differ(people.get(staff_id), users.get(staff_id), agreed.get(staff_id))
    ]
    # The time makes each round's messages new ones: the queue drops what it has seen.
    send_all(settings().need("staff_sync_queue_url"), differing, group="staff")
    return len(differing)


def _differ(person: StaffMember | None, user: PoolUser | None, agreed: Agreed | None) -> bool:
    if user is None:
        return agreed is not None or not (person is None or person.disabled)
    there = account_of(user)
    return person is None or Account.of(person) != there or agreed != Agreed(there)


def _everybody() -> Iterator[StaffMember]:
    for team_id in (*(team.team_id for team in teams()), NO_TEAM):
        yield from people_of(team_id)


def _can_be_staff(user: PoolUser) -> bool:
    if takeable(user):
        return True
    logger().error("a username of the pool is no staff id")
    count("StaffNotInStep")
    return False
