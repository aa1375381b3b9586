"""A hand-off nobody answered in time goes to somebody else, then to the team's manager."""

from datetime import datetime
from typing import Final

from shared.directory.model import StaffMember
from shared.directory.repository import staff_member, team
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled, Busy
from shared.kernel.ids import new_id
from shared.platform.requests import Op
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.assignment.repository import load_op
from shared.sales.assignment.store import active_rules
from shared.sales.events import HandOffMissed
from shared.sales.leads.model import Lead
from shared.sales.tables import SALES

from .counters import count_ops
from .model import MISSES_BEFORE_MANAGER, HandOff, HandOffState
from .offers import Round, leave_unassigned, offer
from .passing import by_rules
from .repository import Case, close_op, hand_off_key, load_case, look_again_op

_ATTEMPTS: Final = 8

sales = Table(SALES)


def time_out(lead_id: str, hand_off_sk: str, now: datetime) -> None:
    """Close the hand-off as missed and offer the lead on, in one transaction.

    The first miss goes to another person by the rules, the second (or a first that leaves nobody
    else) to the manager of the team, and when there is none to the unassigned queue. What waits
    there is offered once somebody can take it: back from leave, at work again, new. Raises
    `AlreadyHandled` when the hand-off was answered, missed or is not due: a timer may come twice,
    early and late.
    """
    for _ in range(_ATTEMPTS):
        case = load_case(lead_id)
        waiting = _due(case, hand_off_sk, now)
        if case is None or waiting is None:
            raise AlreadyHandled("hand_off_settled")
        unassigned = waiting.state is HandOffState.UNASSIGNED
        decide = _look_again if unassigned else _pass_on
        try:
            return sales.write(*decide(case.lead, waiting, now))
        except ConditionFailed:
            continue
    raise Busy("contended", "This record is being changed by others, try again")


def _due(case: Case | None, hand_off_sk: str, now: datetime) -> HandOff | None:
    """The hand-off that was to be answered by now and still waits, or that nobody could take."""
    latest = case.waiting if case else None
    if latest is None or (latest.due_at is not None and latest.due_at > iso(now)):
        return None
    key = hand_off_key(latest.lead_id, latest.cycle, latest.attempt)
    return latest if key["sk"] == hand_off_sk else None


def _look_again(lead: Lead, unassigned: HandOff, now: datetime) -> list[Op]:
    found = by_rules(lead, Round.after(lead, unassigned), "was unassigned", now)
    if found is None:
        return [look_again_op(unassigned, now)]
    ops, given = found
    return [
        *ops,
        close_op(unassigned, HandOffState.WITHDRAWN, now),
        *count_ops(lead.lead_id, (given.offered_at, "offered", 1)),
    ]


def _pass_on(lead: Lead, missed: HandOff, now: datetime) -> list[Op]:
    turn = Round.after(lead, missed, missed=True)
    ops, given = _next(lead, missed, turn, now)
    counted = [(missed.offered_at, "missed", 1)]
    if given:
        counted.append((given.offered_at, "offered", 1))
    event = HandOffMissed(
        event_id=new_id("event", now),
        occurred_at=now,
        lead_id=lead.lead_id,
        owner_id=missed.owner_id or "",
        cycle=missed.cycle,
        attempt=missed.attempt,
    )
    return [
        *ops,
        close_op(missed, HandOffState.MISSED, now, event),
        *([load_op(missed.owner_id, -1)] if missed.owner_id else []),
        *count_ops(lead.lead_id, *counted),
    ]


def _next(
    lead: Lead, missed: HandOff, turn: Round, now: datetime
) -> tuple[list[Op], HandOff | None]:
    """The operations that find the lead another owner, and the hand-off to them if one is found."""
    why = f"missed {turn.misses}"
    if turn.misses < MISSES_BEFORE_MANAGER and (found := by_rules(lead, turn, why, now)):
        return found
    manager = _manager(missed.team_id, turn, now)
    if manager is None:
        return leave_unassigned(lead, turn, now, f"{why}, nobody else to take it"), None
    reason = f"{why}, manager of team {missed.team_id}"
    within = active_rules(now).accept_within
    given, ops = offer(lead, manager, turn, now, accept_within=within, reason=reason)
    return [*ops, load_op(manager.staff_id, +1)], given


def _manager(team_id: str | None, turn: Round, now: datetime) -> StaffMember | None:
    """The team's manager, if they can be reached and were not tried yet."""
    found = team(team_id) if team_id else None
    if found is None or found.manager_id is None or found.manager_id in turn.tried:
        return None
    manager = staff_member(found.manager_id)
    return None if manager is None or manager.disabled or manager.on_leave(now) else manager
