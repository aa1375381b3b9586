"""Undoing the import of a lead: what followed from it (points, counts, what was told) cannot be
unmade, so the lead is disqualified, by the move that people make, and is in nobody's way."""

from typing import Final

from shared.customers.imports.model import Problem
from shared.customers.imports.target import Result, Work
from shared.kernel.errors import Conflict, NotFound, Stale
from shared.kernel.ids import StaffId
from shared.platform.auth import Staff
from shared.sales.leads.repository import from_item, lead_key, sales
from shared.sales.leads.states import LeadState
from shared.sales.leads.trail import CHANGE

from .moves import Move, move_lead

REASON: Final = "Import undone"

_WORKED_ON: Final = Problem(code="worked_on", message="Somebody works on this lead, or changed it")
_CAME_BACK: Final = Problem(code="came_back", message="This person sent a form since")


def put_aside(result: Result, work: Work) -> Result:
    """Disqualify the lead of a row, or say why it stays. Two reads and one write."""
    assert result.record_id
    item = sales.get(lead_key(result.record_id))
    if item is None or "state" not in item or item.get("state_reason") == REASON:
        return Result(result.row, "removed", result.record_id)
    lead = from_item(item)
    if lead.submissions > 1:
        return Result(result.row, "left", lead.lead_id, (_CAME_BACK,))
    if lead.state is not LeadState.NEW or lead.owner_id or _was_changed(lead.lead_id):
        return Result(result.row, "left", lead.lead_id, (_WORKED_ON,))
    by = Staff(StaffId(work.run.by), frozenset({"sales_manager"}))
    move = Move(LeadState.DISQUALIFIED, lead.version, REASON)
    try:
        move_lead(lead.lead_id, move, by, work.now)
    except (Stale, Conflict, NotFound):
        return Result(result.row, "left", lead.lead_id, (_WORKED_ON,))
    return Result(result.row, "removed", lead.lead_id)


def _was_changed(lead_id: str) -> bool:
    pk = lead_key(lead_id)["pk"]
    return bool(sales.query(pk, begins=CHANGE, limit=1, consistent=True).items)
