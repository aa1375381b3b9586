"""Choosing who takes a ticket: people and their loads in, one person out. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.directory.holidays import with_holidays
from shared.directory.model import StaffMember
from shared.kernel.calendars import is_open, openings
from shared.support.queues.model import Queue

TAKERS: Final = frozenset({"agent", "supervisor"})
"""Roles that answer tickets."""

LATEST: Final = timedelta(days=1)
"""When nobody can be foreseen to come, it is looked again after this."""


def choose(
    queue: Queue,
    people: Sequence[StaffMember],
    loads: Mapping[str, int],
    skills: Collection[str],
    last: str | None,
    now: datetime,
) -> StaffMember | None:
    """Who takes a ticket that needs `skills`, of those in the queue's team who work now and have
    room: whoever has the fewest, or whose turn it is after `last`; ties by name. `None`: nobody."""
    able = [
        one
        for one in people
        if suits(one, skills, now)
        and has_room(one, queue, loads.get(one.staff_id, 0))
        and (not queue.only_in_working_hours or works(one, now))
    ]
    if not able:
        return None
    able.sort(key=lambda one: one.staff_id)
    if queue.strategy == "round_robin":
        return next((one for one in able if one.staff_id > (last or "")), able[0])
    return min(able, key=lambda one: loads.get(one.staff_id, 0))


def suits(person: StaffMember, skills: Collection[str], now: datetime) -> bool:
    """Whether this person answers such tickets and is here."""
    here = not person.disabled and not person.on_leave(now)
    return here and not TAKERS.isdisjoint(person.roles) and set(skills) <= set(person.skills)


def has_room(person: StaffMember, queue: Queue, load: int) -> bool:
    """Whether they may have one more."""
    return queue.capacity is None or load < queue.capacity


def works(person: StaffMember, now: datetime) -> bool:
    """Whether it is within their working hours."""
    return is_open(with_holidays(person.working_hours, now), now)


def next_chance(people: Sequence[StaffMember], skills: Collection[str], now: datetime) -> datetime:
    """When it is worth looking again: as the first who suits comes to work, a day from now at the
    latest."""
    found = now + LATEST
    for one in people:
        if suits(one, skills, now) and not works(one, now):
            opening = next(openings(with_holidays(one.working_hours, now), now), None)
            found = min(found, opening[0]) if opening else found
    return found
