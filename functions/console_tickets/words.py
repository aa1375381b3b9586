"""What deadlines and states of tickets are called on pages. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

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
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Due(NamedTuple):
    """A deadline in words, and the colour of it."""

    said: str
    tone: str


def due(one: TicketSummary, now: datetime) -> Due:
    """How a ticket stands to its next deadline. Of one that runs, time on the wall."""
    if one.state is TicketState.PENDING:
        return Due("Paused", "neutral")
    if one.due_at is None or one.state in ENDED:
        return Due("", "neutral")
    at = parse_instant(one.due_at)
    if at < now:
        return Due(f"Overdue by {span(now - at)}", "bad")
    return Due(f"Due in {span(at - now)}", "warn" if at - now <= _SOON else "good")


def span(of: timedelta) -> str:
    """A stretch of time, its two largest parts: `2 days 3 h`, `1 h 05 min`, `12 min`."""
    seconds = int(of.total_seconds())
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE:02} min"
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    return f"{days} {'day' if days == 1 else 'days'}" + (f" {hours} h" if hours else "")


def minutes(of: float) -> str:
    """Business minutes in words."""
    return span(timedelta(minutes=abs(of))) if abs(of) >= 1 else "less than a minute"


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
