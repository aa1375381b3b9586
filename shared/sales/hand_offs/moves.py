"""Moving a lead by hand (row S5): accept, reject, qualify, recycle, disqualify, assign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.directory.model import StaffMember
from shared.directory.repository import staff_member
from shared.kernel.errors import Busy, FieldError, Forbidden, NotFound, Rejected, Stale
from shared.kernel.ids import new_id
from shared.platform.auth import Staff
from shared.platform.requests import Item, Op, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.assignment.repository import load_op
from shared.sales.assignment.store import active_rules
from shared.sales.events import HandOffAccepted, HandOffRejected, SalesEvent
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import lead_key, moved, unchanged
from shared.sales.leads.states import NEEDS_REASON, OPEN, LeadState, check_move
from shared.sales.leads.trail import Change
from shared.sales.scoring.repository import score_key
from shared.sales.scoring.reset import after_reset, reset_ops
from shared.sales.tables import SALES

from .counters import answer_ops, count_ops
from .model import ASSIGNED_BY_HAND, TAKEN, HandOff, HandOffState
from .offers import Round, offer, state_change
from .reasons import public_reason
from .repository import Case, close_op, load_case

_ATTEMPTS: Final = 5
_OWNER: Final = ("owner_id", "team_id", "owner_pk", "owner_sk")

sales = Table(SALES)


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked for. `version` is the lead's as the caller read it."""

    to: LeadState
    version: int
    reason: str | None = None
    owner_id: str | None = None


def move_lead(lead_id: str, move: Move, by: Staff, now: datetime) -> Lead:
    """Move a lead and all that hangs on it in one transaction; the lead as it is then.

    Raises `NotFound`, `Forbidden` (somebody else's lead), `Stale`, `Conflict` (not a legal move;
    says which are) and `Rejected` (a reason is missing, the owner cannot be).
    """
    for _ in range(_ATTEMPTS):
        case = load_case(lead_id)
        if case is None:
            raise NotFound("lead_not_found", "There is no such lead")
        check_may_change(case.lead, by)
        if case.lead.version != move.version:
            raise Stale("version_stale", version=case.lead.version)
        check_move(case.lead.state, move.to)
        ops = (
            assign_ops(case, owner_of_choice(move.owner_id or by.staff_id, by), by, now)
            if move.to is LeadState.ASSIGNED
            else _move(case, move, by, now)
        )
        try:
            sales.write(*ops)
        except ConditionFailed:
            # The lead itself changed: its version says so next time. Else points came in.
            continue
        return _after(case.lead, ops)
    raise Busy("contended", "This record is being changed by others, try again")


def check_may_change(lead: Lead, by: Staff) -> None:
    """Raise `Forbidden` unless the lead is theirs, nobody's, or they manage sales."""
    if lead.owner_id not in (None, by.staff_id) and not by.has("sales_manager"):
        raise Forbidden("not_the_owner", "This lead belongs to somebody else")


def assign_ops(case: Case, owner: StaffMember, by: Staff, now: datetime) -> list[Op]:
    """The operations by which `by` gives a lead to `owner`, the lead's own first."""
    lead = case.lead
    hand_off, ops = offer(
        lead,
        owner,
        Round.after(lead, case.hand_off),
        now,
        accept_within=active_rules(now).accept_within,
        reason=TAKEN if owner.staff_id == by.staff_id else ASSIGNED_BY_HAND,
        by=by.staff_id,
    )
    if case.waiting:
        ops.append(close_op(case.waiting, HandOffState.WITHDRAWN, now, by=by.staff_id))
    offered = count_ops(lead.lead_id, (hand_off.offered_at, "offered", 1))
    return [*ops, load_op(owner.staff_id, +1), *offered]


def owner_of_choice(owner_id: str, by: Staff) -> StaffMember:
    """The person `by` wants to have a lead. Raises `Forbidden` and `Rejected`."""
    if owner_id != by.staff_id:
        by.need("sales_manager")
    person = staff_member(owner_id)
    if person is None:
        raise _unacceptable("owner_id", "staff_not_found", "There is no such person")
    if person.disabled:
        raise _unacceptable("owner_id", "staff_disabled", "This person does not work here now")
    return person


def _move(case: Case, move: Move, by: Staff, now: datetime) -> list[Op]:
    lead, to = case.lead, move.to
    answers = case.waiting is not None and case.waiting.state is HandOffState.OPEN
    if not move.reason and (to in NEEDS_REASON or (to is LeadState.RECYCLED and answers)):
        raise _unacceptable("reason", "missing", f"Say why this lead is {to}")
    word = public_reason(move.reason) if move.reason else None
    changed = state_change(lead, to, now, word)
    changes, further = moved(lead, to, now), _closing(case, move, by, now)
    removed: tuple[str, ...] = () if lead.owner_id else _OWNER
    if lead.state in OPEN and to not in OPEN and lead.owner_id:
        further.append(load_op(lead.owner_id, -1))
    if to is LeadState.RECYCLED:
        score = sales.get(score_key(lead.lead_id))
        further += reset_ops(score, lead.lead_id, now, changed[0].event_id)
        changes |= after_reset(score)
        removed = _OWNER
    if move.reason:
        changes["state_reason"] = move.reason
    else:
        removed = (*removed, "state_reason")
    update = Update(
        lead_key(lead.lead_id),
        set={name: value for name, value in changes.items() if name not in removed},
        remove=removed,
        condition=unchanged(lead),
        events=changed,
    )
    trail = Change(
        lead_id=lead.lead_id,
        event_id=changed[0].event_id,
        at=now,
        by=by.staff_id,
        states=(lead.state, to),
        reason=move.reason,
    )
    return [update, *further, trail.put()]


def _closing(case: Case, move: Move, by: Staff, now: datetime) -> list[Op]:
    """What becomes of the hand-off that waits for an answer."""
    waiting = case.waiting
    if waiting is None:
        return []
    if waiting.state is HandOffState.UNASSIGNED or waiting.owner_id is None:
        return [close_op(waiting, HandOffState.WITHDRAWN, now, by=by.staff_id, answer=move.reason)]
    accepted = move.to is LeadState.WORKING
    to = HandOffState.ACCEPTED if accepted else HandOffState.REJECTED
    answer = _answer(waiting, waiting.owner_id, None if accepted else move.reason, now)
    return [
        close_op(waiting, to, now, answer, by=by.staff_id, answer=move.reason),
        *answer_ops(waiting.lead_id, waiting.offered_at, str(to), now),
    ]


def _answer(
    hand_off: HandOff, owner_id: str, rejected_for: str | None, now: datetime
) -> SalesEvent:
    event_id = new_id("event", now)
    if rejected_for is None:
        return HandOffAccepted(
            event_id=event_id,
            occurred_at=now,
            lead_id=hand_off.lead_id,
            owner_id=owner_id,
            cycle=hand_off.cycle,
            attempt=hand_off.attempt,
        )
    return HandOffRejected(
        event_id=event_id,
        occurred_at=now,
        lead_id=hand_off.lead_id,
        owner_id=owner_id,
        cycle=hand_off.cycle,
        attempt=hand_off.attempt,
        reason=public_reason(rejected_for),
    )


def _after(lead: Lead, ops: Sequence[Op]) -> Lead:
    """The lead as the first operation, which is its own, leaves it."""
    update = ops[0]
    assert isinstance(update, Update)
    kept: Item = {name: value for name, value in update.set.items() if name in Lead.model_fields}
    gone = {name: None for name in update.remove if name in ("owner_id", "team_id")}
    return lead.model_copy(update=kept | gone)


def _unacceptable(field: str, code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])
