"""A ticket's deadlines as of any instant since it was opened, read again from what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.kernel.business_time import millis
from shared.kernel.clock import parse_instant
from shared.kernel.errors import FieldError, Rejected
from shared.support.sla.course import Happening, Kind, followed
from shared.support.sla.explain import Explained, explained
from shared.support.sla.policy import Clock, Policy
from shared.support.sla.stored import rules_of

from .model import Happened, Ticket
from .repository import happenings
from .stepping import kind_of


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket as of an instant: its state and priority then, and its clocks. `policy` is `None`
    where it has no deadlines; `events` counts what had happened by then."""

    as_of: datetime
    state: str
    priority: str
    events: int
    policy: Policy | None
    clocks: Mapping[Clock, Explained]


def as_of(ticket: Ticket, text: str | None, now: datetime) -> Past:
    """The ticket as of the instant `text`, or now. One strong query for what happened. Raises
    `Rejected` for no instant, one of before it was opened or one to come."""
    instant = _instant(text) if text is not None else now
    if text is not None and not parse_instant(ticket.created_at) <= instant <= now:
        raise _wrong("instant_out_of_range", "Between when it was opened and now")
    until = millis(instant)
    known = [
        one
        for one in map(happening_of, happenings(ticket.ticket_id))
        if text is None or one.at <= until
    ]
    course = followed(known)
    rules = rules_of(ticket.policy)
    at = max(instant, parse_instant(ticket.updated_at)) if text is None else instant
    return Past(
        as_of=at,
        state=course.state,
        priority=course.priority,
        events=len(known),
        policy=rules.policy if rules else None,
        clocks=explained(course, rules.policy, rules.hours, at) if rules else {},
    )


def happening_of(one: Happened) -> Happening:
    """What happened as the clocks see it."""
    kind: Kind = "opened" if one.kind == "opened" else kind_of(one.kind)
    return Happening(millis(parse_instant(one.at)), kind, one.state, one.priority)


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise _wrong("instant_invalid", "Such as 2025-06-06T09:15:00Z") from error


def _wrong(code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError("as_of", code, message)])
