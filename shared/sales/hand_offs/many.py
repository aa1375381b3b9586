"""Assigning many leads at once, each as it would be assigned alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel

from shared.directory.model import StaffMember
from shared.kernel.errors import Busy, Conflict
from shared.platform.auth import Staff
from shared.platform.requests import Op
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.leads.states import LeadState, check_move
from shared.sales.tables import SALES

from .counters import count_ops
from .model import HandOffState
from .moves import assign_ops, owner_of_choice
from .offers import Round
from .passing import by_rules
from .repository import Case, close_op, load_case

MAX_LEADS: Final = 100
WHY: Final = "assigned together"

_ATTEMPTS: Final = 5

sales = Table(SALES)


class Assigned(BaseModel):
    """What became of one lead: whose it is now, or the stable code of why it was refused:
    `lead_not_found`, `move_not_allowed`, `nobody_to_take_it` or `contended`."""

    lead_id: str
    outcome: Literal["assigned", "refused"]
    owner_id: str | None = None
    code: str | None = None


def assign_leads(
    lead_ids: Sequence[str], owner_id: str | None, by: Staff, now: datetime
) -> list[Assigned]:
    """Assign up to `MAX_LEADS` leads to a person, or by the rules (`None`), each with its
    hand-off and deadline in a transaction of its own.

    Sent again, it changes nothing: a lead that is assigned already (by the rules to anybody)
    counts as done. Raises `Forbidden`, and `Rejected` for an owner who cannot be.
    """
    by.need("sales_manager")
    owner = owner_of_choice(owner_id, by) if owner_id else None
    return [_assign(lead_id, owner, by, now) for lead_id in dict.fromkeys(lead_ids)]


def _assign(lead_id: str, owner: StaffMember | None, by: Staff, now: datetime) -> Assigned:
    for _ in range(_ATTEMPTS):
        case = load_case(lead_id)
        if case is None:
            return _refused(lead_id, "lead_not_found")
        lead = case.lead
        if lead.state is LeadState.ASSIGNED and (owner is None or owner.staff_id == lead.owner_id):
            return Assigned(lead_id=lead_id, outcome="assigned", owner_id=lead.owner_id)
        try:
            check_move(lead.state, LeadState.ASSIGNED)
            given = _given(case, owner, by, now)
            if given is None:
                return _refused(lead_id, "nobody_to_take_it")
            ops, whose = given
            sales.write(*ops)
        except ConditionFailed:
            continue
        except (Conflict, Busy) as error:
            return _refused(lead_id, error.code)
        return Assigned(lead_id=lead_id, outcome="assigned", owner_id=whose)
    return _refused(lead_id, "contended")


def _given(
    case: Case, owner: StaffMember | None, by: Staff, now: datetime
) -> tuple[list[Op], str | None] | None:
    if owner is not None:
        return assign_ops(case, owner, by, now), owner.staff_id
    found = by_rules(case.lead, Round.after(case.lead, case.hand_off), WHY, now)
    if found is None:
        return None
    ops, hand_off = found
    if case.waiting:
        ops.append(close_op(case.waiting, HandOffState.WITHDRAWN, now, by=by.staff_id))
    offered = count_ops(case.lead.lead_id, (hand_off.offered_at, "offered", 1))
    return [*ops, *offered], hand_off.owner_id


def _refused(lead_id: str, code: str) -> Assigned:
    return Assigned(lead_id=lead_id, outcome="refused", code=code)
