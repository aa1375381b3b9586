"""Offering a lead to a person, or putting it where people look for leads without one.

Both give the operations for the lead and the new hand-off; who calls them adds loads, turns and
whatever else belongs to the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.directory.holidays import with_holidays
from shared.directory.model import StaffMember
from shared.kernel.calendars import NoBusinessHours, add_business_minutes
from shared.kernel.clock import iso
from shared.kernel.ids import new_id
from shared.platform.requests import Op, Update
from shared.sales.events import LeadAssigned, LeadStateChanged, LeadUnassigned, SalesEvent
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import lead_key, moved, owner_index, unchanged
from shared.sales.leads.states import LeadState

from .model import UNASSIGNED, HandOff, HandOffState
from .repository import offer_op


@dataclass(frozen=True, slots=True)
class Round:
    """Where a lead's search for an owner stands: the next attempt of a qualification cycle, how
    many people let it pass and to whom it was offered."""

    cycle: int
    attempt: int = 1
    misses: int = 0
    tried: tuple[str, ...] = ()

    @classmethod
    def after(cls, lead: Lead, last: HandOff | None, *, missed: bool = False) -> "Round":
        """The round that follows `last` (`None`: there was none in this cycle)."""
        if last is None:
            return cls(lead.cycle)
        return cls(last.cycle, last.attempt + 1, last.misses + missed, last.tried)


def offer(
    lead: Lead,
    to: StaffMember,
    turn: Round,
    now: datetime,
    *,
    accept_within: int,
    reason: str,
    rule_id: str | None = None,
    by: str | None = None,
) -> tuple[HandOff, list[Op]]:
    """Make `to` the owner, who is to accept within so many of their business minutes. `by` is
    the person who wants it so."""
    hand_off = HandOff(
        lead_id=lead.lead_id,
        cycle=turn.cycle,
        attempt=turn.attempt,
        state=HandOffState.OPEN,
        owner_id=to.staff_id,
        team_id=to.team_id,
        rule_id=rule_id,
        reason=reason,
        score=lead.score,
        offered_at=iso(now),
        offered_by=by,
        due_at=iso(due_at(to, now, accept_within)),
        misses=turn.misses,
        tried=(*turn.tried, to.staff_id),
    )
    assigned = LeadAssigned(
        event_id=new_id("event", now),
        occurred_at=now,
        lead_id=lead.lead_id,
        owner_id=to.staff_id,
        team_id=to.team_id,
        cycle=turn.cycle,
        attempt=turn.attempt,
        hand_off_due_at=hand_off.due_at,
        rule_id=rule_id,
        reason=reason,
    )
    update = Update(
        lead_key(lead.lead_id),
        set={
            **moved(lead, LeadState.ASSIGNED, now, owner_id=to.staff_id),
            "cycle": turn.cycle,
            "assigned_at": iso(now),
            "assignment_reason": reason,
            **({"team_id": to.team_id} if to.team_id else {}),
        },
        remove=() if to.team_id else ("team_id",),
        condition=unchanged(lead),
        events=[*state_change(lead, LeadState.ASSIGNED, now), assigned],
    )
    return hand_off, [update, offer_op(hand_off)]


def leave_unassigned(lead: Lead, turn: Round, now: datetime, reason: str) -> list[Op]:
    """Put the lead where everybody looks for leads without an owner, and raise the alarm.

    A lead somebody had is `new` again: only the system takes a lead back from its owner.
    """
    hand_off = HandOff(
        lead_id=lead.lead_id,
        cycle=turn.cycle,
        attempt=turn.attempt,
        state=HandOffState.UNASSIGNED,
        reason=reason,
        score=lead.score,
        offered_at=iso(now),
        misses=turn.misses,
        tried=turn.tried,
    )
    alarm = LeadUnassigned(
        event_id=new_id("event", now),
        occurred_at=now,
        lead_id=lead.lead_id,
        cycle=turn.cycle,
        attempt=turn.attempt,
        reason=reason,
    )
    state = LeadState.RECYCLED if lead.state is LeadState.RECYCLED else LeadState.NEW
    ownerless = lead.model_copy(update={"owner_id": None})
    update = Update(
        lead_key(lead.lead_id),
        set={
            **moved(ownerless, state, now),
            **owner_index(UNASSIGNED, state, lead.lead_id, lead.created_at),
            "cycle": turn.cycle,
        },
        remove=("owner_id", "team_id"),
        condition=unchanged(lead),
        events=state_change(lead, state, now, "nobody_took_it_up"),
    )
    return [update, offer_op(hand_off, alarm)]


def due_at(person: StaffMember, now: datetime, accept_within: int) -> datetime:
    """The deadline in the person's business time; in plain time where they have no hours."""
    try:
        return add_business_minutes(with_holidays(person.working_hours, now), now, accept_within)
    except NoBusinessHours:
        return now + timedelta(minutes=accept_within)


def state_change(
    lead: Lead, to: LeadState, now: datetime, reason: str | None = None
) -> list[SalesEvent]:
    """The event of a lead's move to `to`; none when it is there already."""
    if lead.state is to:
        return []
    changed = LeadStateChanged(
        event_id=new_id("event", now),
        occurred_at=now,
        lead_id=lead.lead_id,
        version=lead.version + 1,
        from_state=lead.state,
        to_state=to,
        reason=reason,
    )
    return [changed]
