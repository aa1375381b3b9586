"""Writing down what somebody had to do with a contact, and what became of a promise."""

import re
from datetime import date, datetime, time
from typing import Any, Final

from shared.console.entry import Answer, PageRequest
from shared.customers.contacts.repository import need
from shared.customers.interactions.capture import Caller, capture_interactions
from shared.customers.interactions.model import NewInteraction
from shared.customers.promises.changes import settle
from shared.customers.promises.model import PromiseChange
from shared.kernel.calendars import zone_of
from shared.kernel.errors import CrmError, FieldError, Rejected, Stale
from shared.pages.reading import read

from .contact import view
from .schemas import DealingForm, PromiseForm

_NAMED: Final = {
    "interactions.0.promises.0.text": "promise",
    "promises.0.text": "promise",
    "promises.0.due_at": "promise_due",
}
_SETTLED: Final = {"kept": "Kept: well done", "withdrawn": "Taken back", "open": "Open again"}
_DAY_ENDS: Final = time(23, 59)


def logged(request: PageRequest, contact_id: str) -> Answer:
    """Store a call, a meeting, a note …; sent twice, it is one."""
    try:
        new = read(NewInteraction, _typed(request, contact_id))
        capture_interactions([new], Caller("staff", request.by.staff_id), request.now)
    except Rejected as error:
        shown = view(request, need(contact_id)) | {"logging": True}
        return request.refused("contact.html", _at_fields(error), **shown)
    to = f"/console/contacts/{contact_id}#timeline"
    if request.form.get("next"):
        to = request.address(request.form["next"])
    return request.redirect(to, done="Written down")


def settled(request: PageRequest, contact_id: str, promise_id: str) -> Answer:
    """Say what became of a promise."""
    try:
        form = read(PromiseForm, request.form)
        change = PromiseChange(state=form.state, version=form.version)
        promise = settle(contact_id, promise_id, change, request.by, request.now)
    except Stale as error:
        return request.refused("contact.html", error, **view(request, need(contact_id)))
    return request.redirect(f"/console/contacts/{contact_id}", done=_SETTLED[promise.state])


def _typed(request: PageRequest, contact_id: str) -> dict[str, Any]:
    """The interaction as the form says it, on the clock of whoever typed."""
    form, zone = read(DealingForm, request.form), zone_of(request.zone)
    given: dict[str, Any] = {
        "id": f"page-{re.sub('[^A-Za-z0-9_.-]', '', form.key)}"[:128],
        "contact_id": contact_id,
        "kind": form.kind,
        "channel": form.channel,
        "direction": form.direction,
        "visible": form.seen_by == "them",
        "subject": form.subject or None,
        "text": form.text or None,
    }
    if form.occurred_at:
        at = _instant("occurred_at", form.occurred_at, datetime.fromisoformat)
        given["occurred_at"] = at.replace(tzinfo=zone)
    if form.promise:
        promise: dict[str, Any] = {"text": form.promise}
        if form.promise_due:
            day = _instant("promise_due", form.promise_due, date.fromisoformat)
            promise["due_at"] = datetime.combine(day, _DAY_ENDS, zone)
        given["promises"] = [promise]
    return given


def _instant(field: str, text: str, understood: Any) -> Any:
    try:
        return understood(text)
    except ValueError as error:
        wrong = FieldError(field, "date_invalid", "This is no date")
        raise Rejected("validation_failed", "Some of this does not fit", [wrong]) from error


def _at_fields(error: Rejected) -> CrmError:
    """The refusal of an interaction, at the fields of the form."""
    fields = [
        FieldError(
            _NAMED.get(one.field, one.field.removeprefix("interactions.0.")), one.code, one.message
        )
        for one in error.fields
    ]
    return Rejected(error.code, error.message, fields)
