"""Opening a ticket for somebody who called, wrote or came by."""

from typing import Any, Final, NamedTuple, get_args

from shared.console.entry import Answer, PageRequest
from shared.customers.addresses import Unusable, email_of, phone_of
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import load
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.kernel.ids import is_id
from shared.pages.reading import read
from shared.pages.uploading import as_whole, reaching
from shared.support.attachments.uploads import origin
from shared.support.queues.stored import queue_rules
from shared.support.sla.policy import Priority
from shared.support.tickets.desk import open_on_behalf
from shared.support.tickets.inputs import NewTicket
from shared.support.tickets.model import TicketType

from .lists import LIST, workers
from .schemas import NewForm
from .ticket import files_of

_TYPES: Final = [(kind, kind.capitalize()) for kind in get_args(TicketType)]
_CHANNELS: Final = (
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("chat", "Chat"),
    ("portal", "Portal"),
    ("form", "Web form"),
    ("api", "Another system"),
)
_WHO: Final = ("email", "phone", "contact_id")
"""Fields of a ticket that the form asks for in one."""

_LINE: Final = ("order_id", "sku", "quantity", "reason")


class Whose(NamedTuple):
    """Somebody as an agent named them: one of `email`, `phone` or `contact_id`, and the record if
    there is one."""

    given: dict[str, str]
    contact: Contact | None


def typed_in(request: PageRequest) -> Answer:
    """The form; `?who=` is an address or the id of a contact, `?phone=` a number."""
    if request.htmx:
        return as_whole(request)
    who = request.query.get("who", "") or _number(request.query.get("phone", ""))
    try:
        whose = whose_is(who)
    except Rejected as error:
        return _page(request, Whose({}, None), error, who=who)
    found = whose.contact
    return _page(request, whose, who=(found.email or found.phone or who) if found else who)


def identified(request: PageRequest) -> Answer:
    """Whose the address is that was typed: a part of the form."""
    try:
        whose, said = whose_is(request.query.get("who", "")), ""
    except Rejected as error:
        whose, said = Whose({}, None), error.fields[0].message
    return request.page("whose.html", whose=whose, said=said)


def opened(request: PageRequest) -> Answer:
    """Open it; sent twice, it is one. What is refused stays typed."""
    whose = Whose({}, None)
    try:
        form = read(NewForm, request.form)
        whose = whose_is(form.who)
        new = read(NewTicket, _ticket(request, form, whose))
        content, key = new.model_dump_json().encode(), form.key or None
        ticket = open_on_behalf(new, request.person.staff_id, key, content, request.now)
    except CrmError as error:
        return _page(request, whose, _at_fields(error), who=request.form.get("who", ""))
    return request.redirect(f"{LIST}/{ticket.ticket_id}", done="The ticket is open")


def whose_is(who: str) -> Whose:
    """Who is meant by an e-mail address, a telephone number or the id of a contact. One read.
    Raises `Rejected`."""
    who = who.strip()
    if is_id("contact", who):
        contact = load(who)
        return Whose({"contact_id": contact.contact_id} if contact else {}, contact)
    try:
        if "@" in who:
            email = email_of(who)
            return _whose({"email": email}, find_by_address("email", email))
        if who:
            phone = phone_of(who)
            return _whose({"phone": phone}, find_by_address("phone", phone))
    except Unusable as error:
        wrong = error.at("who")
        if wrong.code == "phone_invalid":
            said = "An e-mail address, or a number with its country code: +977 …"
            wrong = FieldError("who", wrong.code, said)
        raise Rejected("validation_failed", "Some of this does not fit", [wrong]) from None
    return Whose({}, None)


def _whose(given: dict[str, str], contact: Contact | None) -> Whose:
    if contact is None or contact.deleted_at:
        return Whose(given, None)
    return Whose({"contact_id": contact.contact_id}, contact)


def _ticket(request: PageRequest, form: NewForm, whose: Whose) -> dict[str, Any]:
    given: dict[str, Any] = {
        **whose.given,
        "name": None if whose.contact else form.name or None,
        "public": form.kind == "said",
        "owner_id": form.owner_id or None,
        "queue": form.queue or None,
        "tags": [one.strip() for one in form.tags.split(",") if one.strip()],
        "attachments": request.form_lists.get("attachments", []),
        **form.model_dump(include={"subject", "body", "type", "channel", "priority"}),
    }
    if form.type == "return":
        line = {name: getattr(form, name).strip() for name in _LINE}
        given["lines"] = [{name: text for name, text in line.items() if text}]
    return given


def _at_fields(error: CrmError) -> CrmError:
    """The refusal at the fields of the form."""
    if not isinstance(error, Rejected):
        return error
    fields = [
        FieldError(
            "who" if one.field in _WHO else one.field.removeprefix("lines.0."),
            one.code,
            one.message,
        )
        for one in error.fields
    ]
    return Rejected(error.code, error.message, fields)


def _page(request: PageRequest, whose: Whose, error: CrmError | None = None, *, who: str) -> Answer:
    rules = queue_rules(request.now)
    shown: dict[str, Any] = {
        "who": who,
        "whose": whose,
        "said": "",
        "key": request.id,
        "types": _TYPES,
        "channels": _CHANNELS,
        "priorities": [(kind.value, kind.value.capitalize()) for kind in Priority],
        "queues": [(one.id, one.name) for one in rules.queues],
        "people": [(one.staff_id, one.name) for one in workers(request)],
        "files": files_of(request),
    }
    if error is None:
        answer = request.page("new.html", **shown)
    else:
        answer = request.refused("new.html", error, **shown)
    return reaching(answer, origin())


def _number(text: str) -> str:
    """A telephone number of an address, where `+` is read as a space."""
    return f"+{text.strip()}" if text.startswith(" ") else text
