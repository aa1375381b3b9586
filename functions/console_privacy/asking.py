"""Asking for what is kept of a person, or for nothing to be kept any more."""

from shared.console.entry import Answer, PageRequest
from shared.customers.privacy.reading import person_in_short
from shared.kernel.errors import CrmError
from shared.pages.reading import read

from .schemas import RequestForm


def form(request: PageRequest) -> Answer:
    """The form. `?contact_id=`: for that contact; `?kind=`: what is asked."""
    contact_id = request.query.get("contact_id", "")
    contact = person_in_short(contact_id).contact if contact_id else None
    return request.page("new.html", key=request.id, contact=contact, contact_id=contact_id)


def asked(request: PageRequest) -> Answer:
    """Ask, and go where one sees how far it is. One that is under way already is shown instead."""
    contact_id = request.form.get("contact_id", "")
    try:
        found = read(RequestForm, request.form).ask(request.by.staff_id, request.now)
    except CrmError as error:
        contact = person_in_short(contact_id).contact if contact_id else None
        return request.refused(
            "new.html",
            error,
            key="",
            contact=contact,
            contact_id=contact_id,
            known=error.extra.get("request_id"),
        )
    return request.redirect(f"/console/privacy/requests/{found.request_id}")
