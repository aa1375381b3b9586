"""Leads that wait for somebody, and assigning many at once."""

from shared.console.entry import Answer, PageRequest
from shared.console.names import sellers
from shared.sales.hand_offs.listing import list_hand_offs
from shared.sales.hand_offs.many import MAX_LEADS, assign_leads
from shared.sales.hand_offs.model import UNASSIGNED, HandOffState
from shared.sales.leads.listing import in_short

from .schemas import PAGE_SIZE, outcome
from .score import threshold


def unassigned(request: PageRequest) -> Answer:
    """Leads that are ready for sales and wait for somebody, the longest waiting first."""
    found, rest = list_hand_offs(
        request.by,
        owner=UNASSIGNED,
        state=HandOffState.UNASSIGNED,
        limit=PAGE_SIZE,
        cursor=request.query.get("cursor"),
    )
    leads = in_short([one.lead_id for one in found])
    return request.page(
        "unassigned.html",
        waiting=[(one, leads[one.lead_id]) for one in found if one.lead_id in leads],
        next=rest,
        manages=request.by.has("sales_manager"),
        sellers=sellers(request.now),
        threshold=threshold(request.now),
    )


def assigned(request: PageRequest) -> Answer:
    """Give the ticked leads to a person, or each to whom the rules choose."""
    ticked = request.form_lists.get("lead", [])[:MAX_LEADS]
    owner = request.form.get("owner_id") or None
    became = assign_leads(ticked, owner, request.by, request.now)
    return request.redirect(request.address(request.form.get("next", "")), done=outcome(became))
