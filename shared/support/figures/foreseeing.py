"""What is to be feared of today in a queue: who is at work, what is due, what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.directory.model import StaffMember, local_date
from shared.directory.repository import directory, people_of, staff_key
from shared.kernel.calendars import local_instant, zone_of
from shared.kernel.clock import iso, parse_instant
from shared.kernel.errors import NotFound
from shared.support.queues.stored import queue_rules
from shared.support.tickets.repository import queue_partition, summary, support

from .forecast import AtWork, Due, Foreseen, at_work, forecast

LOOKED_AT: Final = 200
"""So many tickets are looked at, those due first."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What becomes of a queue's tickets that are due until the end of today, `until`. `people`
    are the team and whoever else has one of them; `more`: further ones are due that were not
    looked at."""

    queue: str
    as_of: datetime
    until: datetime
    foreseen: list[Foreseen]
    people: list[tuple[StaffMember, AtWork]]
    more: bool


def foresee(
    queue_id: str | None,
    minutes: int,
    now: datetime,
    *,
    zone: str,
    team_of: Callable[[str], Sequence[StaffMember]] = people_of,
) -> Forecast:
    """The forecast of a queue (else that where tickets go by default), a ticket taking so many
    minutes, until midnight in `zone`. A query, one for the people unless `team_of` knows them, and
    a read for owners of other teams. Raises `NotFound`."""
    rules = queue_rules(now)
    queue = rules.queue(queue_id or rules.default)
    if queue is None:
        raise NotFound("queue_not_found", "There is no such queue")
    until = local_instant(local_date(now, zone) + timedelta(days=1), 0, zone_of(zone))
    due, more = _due(queue.id, until)
    team = team_of(queue.team_id) if queue.team_id else []
    others = _people({one.owner_id for one in due if one.owner_id} - {one.staff_id for one in team})
    people = [(one, at_work(one, now, until)) for one in (*team, *others)]
    days = {one.staff_id: day for one, day in people}
    shifts = [days[one.staff_id] for one in team]
    foreseen = forecast(due, shifts, days, timedelta(minutes=minutes), now)
    return Forecast(queue.id, now, until, foreseen, people, more)


def _due(queue_id: str, until: datetime) -> tuple[list[Due], bool]:
    """Tickets with us whose deadline runs and falls before `until`."""
    pk = queue_partition(queue_id, "with_us")
    page = support.query(pk, index="by_queue", before=iso(until), limit=LOOKED_AT)
    found = [summary(item) for item in page.items]
    due = [
        Due(
            one.ticket_id,
            parse_instant(one.due_at),
            one.due_clock or "",
            one.owner_id,
            one.subject,
        )
        for one in found
        if one.due_at
    ]
    return due, page.after is not None


def _people(staff_ids: set[str]) -> list[StaffMember]:
    if not staff_ids:
        return []
    items = directory.get_many([staff_key(one) for one in sorted(staff_ids)], consistent=False)
    found = [StaffMember.model_validate(item) for item in items]
    return sorted(found, key=lambda one: one.staff_id)
