"""Which tickets will be late today, given who is at work: a pure function (row X6).

People take the tickets that are due first, one after the other, each of which takes the same time.
A ticket somebody has waits for them; one nobody has is taken by whoever of the team is done with
it first. That is the best that can come of the day as things stand, so what is late here will be
late unless somebody else takes it, or works longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.directory.holidays import with_holidays
from shared.directory.model import StaffMember
from shared.kernel.calendars import openings

Verdict = Literal["breached", "will_breach", "in_time"]

Reason = Literal[
    "overdue",
    "time_enough",
    "too_much_before",
    "begins_too_late",
    "too_short",
    "owner_on_leave",
    "owner_off_hours",
    "owner_gone",
    "nobody_at_work",
]
"""`too_much_before`: with fewer tickets before it there were time. `begins_too_late`: whoever takes
it comes to work too late. `too_short`: it is due before one can be done with it."""

Shift = tuple[datetime, datetime]
_NONE: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket that is due today. `clock` is the deadline that comes first."""

    ticket_id: str
    due: datetime
    clock: str
    owner_id: str | None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of a ticket. `agent` will have done with it at `done_at`, after `before` others
    that are due earlier; both `None` where nobody will today."""

    ticket: Due
    verdict: Verdict
    reason: Reason
    agent: str | None
    done_at: datetime | None
    before: int


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody and the hours they still work today; `standing` says why there are none."""

    staff_id: str
    shifts: tuple[Shift, ...]
    standing: Literal["at_work", "on_leave", "off_hours", "gone"]


def at_work(person: StaffMember, now: datetime, until: datetime) -> AtWork:
    """The hours somebody works from `now` to `until`, days off left out."""
    if person.disabled:
        return AtWork(person.staff_id, (), "gone")
    shifts: list[Shift] = []
    away = False
    for opens, closes in openings(with_holidays(person.working_hours, now), now):
        if opens >= until:
            break
        if person.on_leave(opens):
            away = True
        else:
            shifts.append((opens, min(closes, until)))
    standing: Literal["at_work", "on_leave", "off_hours"] = "on_leave" if away else "off_hours"
    return AtWork(person.staff_id, tuple(shifts), "at_work" if shifts else standing)


def forecast(
    tickets: Sequence[Due],
    team: Sequence[AtWork],
    owners: Mapping[str, AtWork],
    effort: timedelta,
    now: datetime,
) -> list[Foreseen]:
    """What becomes of each ticket, those due first coming first. `team` takes what nobody has,
    `owners` are those who have one; whoever of them is not known is gone."""
    days = {one.staff_id: _Day(one, now) for one in (*owners.values(), *team)}
    nobody_s = [days[one.staff_id] for one in team]
    return [
        _foreseen(one, days, nobody_s, effort, now)
        for one in sorted(tickets, key=lambda ticket: (ticket.due, ticket.ticket_id))
    ]


class _Day:
    """What is left of somebody's day as they take one ticket after the other."""

    def __init__(self, who: AtWork, now: datetime) -> None:
        self.who = who
        self.free = now
        self.taken = 0

    def done(self, effort: timedelta, start: datetime | None = None) -> datetime | None:
        """When they would be done with one more, begun at `start` at the earliest (else as soon
        as they can); `None`: not today."""
        left, since = effort, self.free if start is None else start
        for opens, closes in self.who.shifts:
            begins = max(opens, since)
            if begins < closes and left <= closes - begins:
                return begins + left
            left -= max(closes - begins, _NONE)
        return None


def _foreseen(
    ticket: Due,
    days: Mapping[str, _Day],
    nobody_s: Sequence[_Day],
    effort: timedelta,
    now: datetime,
) -> Foreseen:
    owner = days.get(ticket.owner_id) if ticket.owner_id else None
    candidates = [owner] if owner else [] if ticket.owner_id else list(nobody_s)
    ends = [(end, number) for number, day in enumerate(candidates) if (end := day.done(effort))]
    if not ends:
        verdict: Verdict = "breached" if ticket.due < now else "will_breach"
        return Foreseen(
            ticket, verdict, _why_nobody(ticket, candidates, effort, now), None, None, 0
        )
    end, number = min(ends)
    day = candidates[number]
    before, day.free, day.taken = day.taken, end, day.taken + 1
    who = day.who.staff_id
    if ticket.due < now:
        return Foreseen(ticket, "breached", "overdue", who, end, before)
    if end <= ticket.due:
        return Foreseen(ticket, "in_time", "time_enough", who, end, before)
    reason = _why_late(ticket, candidates, effort, now)
    return Foreseen(ticket, "will_breach", reason, who, end, before)


def _why_late(ticket: Due, candidates: Sequence[_Day], effort: timedelta, now: datetime) -> Reason:
    alone = [end for day in candidates if (end := day.done(effort, now))]
    if any(end <= ticket.due for end in alone):
        return "too_much_before"
    return "too_short" if ticket.due - now < effort else "begins_too_late"


def _why_nobody(
    ticket: Due, candidates: Sequence[_Day], effort: timedelta, now: datetime
) -> Reason:
    if any(day.done(effort, now) for day in candidates):
        return "too_much_before"
    if not ticket.owner_id:
        return "nobody_at_work"
    standing = candidates[0].who.standing if candidates else "gone"
    match standing:
        case "on_leave":
            return "owner_on_leave"
        case "gone":
            return "owner_gone"
    return "owner_off_hours"
