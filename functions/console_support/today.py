"""What is to be feared of today in a queue: who is at work until when, and what will be late."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.console.names import REMEMBERED_SECONDS, names
from shared.directory.model import StaffMember
from shared.directory.repository import people_of
from shared.kernel.errors import CrmError
from shared.pages.reading import read
from shared.pages.rendering import with_query
from shared.support.figures.forecast import AtWork
from shared.support.figures.foreseeing import foresee
from shared.support.queues.stored import queue_rules

from .schemas import TodayQuery

AT: Final = "/console/support/today"
CLOCKS: Final = {
    "first_response": "First answer",
    "next_reply": "Next answer",
    "resolution": "Solution",
}
REASONS: Final = {
    "overdue": "Its time is up",
    "time_enough": "There is time enough",
    "too_much_before": "Too many are due before it",
    "begins_too_late": "Whoever takes it comes too late",
    "too_short": "It is due before one can be done with it",
    "owner_on_leave": "Its owner is on leave",
    "owner_off_hours": "Its owner works no more today",
    "owner_gone": "Its owner works here no more",
    "nobody_at_work": "Nobody of the team is at work",
}
STANDING: Final = {
    "at_work": ("At work", "good"),
    "on_leave": ("On leave", "warn"),
    "off_hours": ("Off today", "neutral"),
    "gone": ("Left", "bad"),
}


def shown(request: PageRequest) -> Answer:
    """The people and what becomes of their tickets: a page, and a part that renews itself."""
    template = "today.html" if request.whole else "today_part.html"
    choices = [(one.id, one.name) for one in queue_rules(request.now).queues]
    common: dict[str, Any] = {"choices": choices, "found": None, "at": AT}
    try:
        asked = read(TodayQuery, request.query)
        found = foresee(
            asked.queue,
            asked.minutes,
            request.now,
            zone=request.zone,
            team_of=partial(_team, int(request.now.timestamp()) // REMEMBERED_SECONDS),
        )
    except CrmError as error:
        return request.refused(template, error, **common, queue="", minutes=15)
    takes = Counter(one.agent for one in found.foreseen)
    verdicts = Counter(one.verdict for one in found.foreseen)
    return request.page(
        template,
        **common | {"found": found},
        queue=found.queue,
        minutes=asked.minutes,
        again=with_query(AT, {"queue": found.queue, "minutes": asked.minutes}),
        people=[
            (one, _until(day, request.now), takes[one.staff_id], *STANDING[day.standing])
            for one, day in found.people
        ],
        breached=verdicts["breached"],
        will_breach=verdicts["will_breach"],
        in_time=verdicts["in_time"],
        reasons=REASONS,
        clocks=CLOCKS,
        names=names(request.now),
    )


def _until(day: AtWork, now: datetime) -> tuple[datetime | None, datetime | None, int]:
    """When somebody comes, where they are not there yet; until when they work; minutes of work
    left today."""
    if not day.shifts:
        return None, None, 0
    begins, ends = day.shifts[0][0], day.shifts[-1][1]
    left = sum((closes - opens) // timedelta(minutes=1) for opens, closes in day.shifts)
    return (begins if begins > now else None), ends, left


@lru_cache(maxsize=64)
def _team(minute: int, team_id: str) -> Sequence[StaffMember]:
    return people_of(team_id)
