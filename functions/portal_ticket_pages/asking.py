"""Asking something new."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.pages.reading import read
from shared.pages.uploading import as_whole, reaching
from shared.portal.entry import Answer, PageRequest
from shared.support.attachments.uploads import origin
from shared.support.tickets.inputs import OwnTicket
from shared.support.tickets.own import open_own

from .files import kept
from .lists import LIST

TYPES: Final = (
    ("question", "A question"),
    ("incident", "Something does not work"),
    ("request", "Something I would like"),
    ("return", "I want to return something"),
    ("complaint", "A complaint"),
)
_LINE: Final = ("order_id", "sku", "quantity", "reason")


class NewForm(BaseModel):
    """What is typed beside the ticket itself: what is to be returned."""

    model_config = ConfigDict(extra="ignore")

    key: str = ""
    order_id: str = ""
    sku: str = ""
    quantity: str = ""
    reason: str = ""


def form(request: PageRequest) -> Answer:
    """The form."""
    if request.htmx:
        return as_whole(request)
    return reaching(request.page("new.html", **_needs(request)), origin())


def asked(request: PageRequest) -> Answer:
    """Open the ticket; sent twice, it is one. What is refused stays typed."""
    try:
        more = read(NewForm, request.form)
        new = read(OwnTicket, _given(request, more))
        content, key = new.model_dump_json().encode(), more.key or None
        ticket = open_own(request.me, new, key, content, request.now)
    except CrmError as error:
        return request.refused("new.html", _at_fields(error), **_needs(request))
    return request.redirect(f"{LIST}/{ticket.ticket_id}", done="We have it, and answer soon")


def _given(request: PageRequest, more: NewForm) -> dict[str, Any]:
    given: dict[str, Any] = {name: request.form.get(name, "") for name in ("subject", "body")}
    given["type"] = request.form.get("type") or "question"
    if account := request.form.get("account_id"):
        given["account_id"] = account
    given["attachments"] = request.form_lists.get("attachments", [])
    if given["type"] == "return":
        line = {name: getattr(more, name).strip() for name in _LINE}
        given["lines"] = [{name: text for name, text in line.items() if text}]
    return given


def _needs(request: PageRequest) -> dict[str, Any]:
    return {"types": TYPES, "files": kept(request), "key": request.id}


def _at_fields(error: CrmError) -> CrmError:
    """The refusal at the fields of the form."""
    if not isinstance(error, Rejected):
        return error
    fields = [
        FieldError(one.field.removeprefix("lines.0."), one.code, one.message)
        for one in error.fields
    ]
    return Rejected(error.code, error.message, fields)
