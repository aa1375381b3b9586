"""A lead typed in."""

from shared.console.entry import Answer, PageRequest
from shared.kernel.errors import Conflict, Rejected
from shared.pages.reading import read
from shared.sales.leads.creation import create_lead

from .schemas import NewLeadForm


def typed_in(request: PageRequest) -> Answer:
    """The form for a lead somebody met."""
    return request.page("new.html", key=request.id, known=None)


def created(request: PageRequest) -> Answer:
    """Store it; sent twice, it is one. An address of another lead leads to that one."""
    form = request.form
    try:
        new = read(NewLeadForm, form).new_lead(form)
        done = create_lead(new, request.by, form.get("key"), request.now)
    except (Rejected, Conflict) as error:
        return request.refused("new.html", error, key="", known=error.extra.get("lead_id"))
    return request.redirect(f"/console/leads/{done.lead_id}", done="Lead saved")
