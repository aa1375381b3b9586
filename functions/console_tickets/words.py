"""What deadlines and states of tickets are called on pages. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from shared.kernel.calendars import zone_of
from shared.kernel.clock import parse_instant
from shared.support.sla.clocks import Reading
from shared.support.sla.policy import Clock
from shared.support.tickets.model import TicketSummary
from shared.support.tickets.states import ENDED, TicketState

CLOCKS: Final[Mapping[str, str]] = {
    "first_response": "First answer",
    "next_reply": "Next answer",
    "resolution": "Solution",
}

GROUPS: Final = (
    ("with_us", "With us"),
    ("pending", "Waiting for customers"),
    ("resolved", "Resolved"),
    ("ended", "Closed and spam"),
)

_SOON: Final = timedelta(hours=1)
_WEEK: Final = timedelta(days=6)
_HOUR: Final = 60
_MANY: Final = 100 * _HOUR


class Due(NamedTuple):
    """A deadline in words, and the colour of it."""

    said: str
    tone: str


def due(one: TicketSummary, now: datetime, zone: str) -> Due:
    """How a ticket stands to its next deadline: when that is or was by the wall in `zone`. How much
    working time that leaves depends on its calendar, which lists do not know."""
    if one.state is TicketState.PENDING:
        return Due("Paused", "neutral")
    if one.due_at is None or one.state in ENDED:
        return Due("", "neutral")
    at = parse_instant(one.due_at)
    if at < now:
        return Due(f"Overdue since {moment(at, now, zone)}", "bad")
    return Due(f"Due {moment(at, now, zone)}", "warn" if at - now <= _SOON else "good")


def moment(at: datetime, now: datetime, zone: str) -> str:
    """An instant near to now, in short: `16:30`, `Fri 16:30`, `6 Jun`, `6 Jun 2024`."""
    local, today = (one.astimezone(zone_of(zone)) for one in (at, now))
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs(at - now) < _WEEK:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b}" + (f" {local.year}" if local.year != today.year else "")


def minutes(of: float) -> str:
    """Business minutes in words: `12 min`, `7 h 30 min`, `216 h`. Never in days, of which each
    calendar has its own length."""
    whole = int(abs(of))
    if not whole:
        return "less than a minute"
    if whole < _HOUR:
        return f"{whole} min"
    rest = whole % _HOUR if whole < _MANY else 0
    return f"{whole // _HOUR} h" + (f" {rest:02} min" if rest else "")


def clock_called(clock: Clock | str | None) -> str:
    """What a clock is called."""
    return CLOCKS.get(clock or "", "")


def reading(one: Reading) -> Due:
    """What a clock says, in words: business time, as the deadline counts it."""
    match one.state:
        case "active":
            tone = "warn" if one.remaining * 4 <= one.target else "good"
            return Due(f"{minutes(one.remaining)} left", tone)
        case "paused":
            return Due(f"Paused, {minutes(one.remaining)} left", "neutral")
        case "overdue":
            return Due(f"Overdue by {minutes(one.remaining)}", "bad")
        case "met":
            return Due(f"Met, in {minutes(one.used)}", "good")
        case "missed":
            return Due(f"Missed by {minutes(one.remaining)}", "bad")
    return Due("Does not count", "neutral")


def standing(one: TicketSummary, readings: Iterable[Reading]) -> Due:
    """How a ticket stands to its next deadline, in working time: what `reading` says of it."""
    if one.state is TicketState.PENDING:
        return Due("Paused", "neutral")
    for found in readings:
        if found.clock == one.due_clock and one.state not in ENDED:
            said, tone = reading(found)
            return Due(f"{clock_called(found.clock)}: {said[0].lower()}{said[1:]}", tone)
    return Due("", "neutral")
