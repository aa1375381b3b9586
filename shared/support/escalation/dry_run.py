"""What policies would do to the tickets of a queue, without doing any of it.

Reads only: nothing is written, nobody is told, no ticket remembers that it was looked at.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.directory.holidays import with_holidays
from shared.kernel.business_time import BusinessTime
from shared.support.sla.clocks import LEVELS, Level, read
from shared.support.sla.course import restored
from shared.support.sla.policy import Clock, Policy, SlaPolicies
from shared.support.sla.stored import rules_of
from shared.support.tickets.creation import facts_of
from shared.support.tickets.listing import of_queue, page_of
from shared.support.tickets.model import Ticket
from shared.support.tickets.repository import from_item, support, ticket_key

LOOKED_AT: Final = 100
"""So many of the most urgent tickets of a queue are looked at: what one read takes."""

AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Would:
    """A level that one clock of a ticket came or comes to, at `at`. `new`: under the policies
    it has, it does not within that time."""

    ticket_id: str
    clock: Clock
    level: Level
    at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would be: of `looked_at` tickets, until a day from now. `gone` counts the levels that
    the present policies bring and these would not."""

    looked_at: int
    more: bool
    levels: list[Would]
    gone: int


def dry_run(policies: SlaPolicies | None, queue: str, now: datetime) -> DryRun:
    """Try policies (`None`: those each ticket has) on the tickets of a queue that are with us.
    Two reads."""
    short, rest = page_of(of_queue(queue, "with_us"), limit=LOOKED_AT, cursor=None)
    keys = [ticket_key(one.ticket_id) for one in short]
    tickets = [from_item(item) for item in support.get_many(keys)] if keys else []
    hours: dict[tuple[str, int], BusinessTime] = {}
    levels: list[Would] = []
    gone = 0
    for ticket in sorted(tickets, key=lambda one: one.ticket_id):
        present = _levels(ticket, rules_of(ticket.policy), now)
        tried = (
            present if policies is None else _levels(ticket, _tried(policies, ticket, hours), now)
        )
        levels += [
            Would(ticket.ticket_id, clock, level, at, (clock, level) not in present)
            for (clock, level), at in tried.items()
        ]
        gone += len(present.keys() - tried.keys())
    return DryRun(len(tickets), rest is not None, sorted(levels, key=_order), gone)


def _order(one: Would) -> tuple[datetime, str, str, int]:
    return one.at, one.ticket_id, one.clock, LEVELS.index(one.level)


def _tried(
    policies: SlaPolicies, ticket: Ticket, hours: dict[tuple[str, int], BusinessTime]
) -> tuple[Policy, BusinessTime] | None:
    policy = policies.fitting(facts_of(ticket))
    if policy is None or policy.calendar not in policies.calendars:
        return None
    year = int(ticket.created_at[:4])
    if (policy.calendar, year) not in hours:
        calendar = policies.calendars[policy.calendar]
        january = datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00")
        hours[policy.calendar, year] = BusinessTime(with_holidays(calendar, january))
    return policy, hours[policy.calendar, year]


def _levels(
    ticket: Ticket, rules: tuple[Policy, BusinessTime] | None, now: datetime
) -> dict[tuple[Clock, Level], datetime]:
    if rules is None:
        return {}
    course = restored(ticket.course, ticket.state, ticket.priority)
    return {
        (one.clock, level): at
        for one in read(course, *rules, now).values()
        if one.runs
        for level, at in one.levels.items()
        if at <= now + AHEAD
    }
