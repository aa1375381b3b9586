"""A contact typed in."""

from typing import Any, Final

from shared.console.custom_fields import pointed, shown_fields
from shared.console.entry import Answer, PageRequest
from shared.console.names import colleagues
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import NewContact
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.kernel.errors import CrmError
from shared.pages.reading import read

from .schemas import CHANNELS, typed

_BEGUN: Final = ("first_name", "last_name", "emails", "phones", "country")


def typed_in(request: PageRequest) -> Answer:
    """The form for somebody new; the address may say what is known of them, and where to go on."""
    begun = {name: request.query[name] for name in _BEGUN if name in request.query}
    return request.page("new.html", key=request.id, known=None, begun=begun, **needs(request))


def created(request: PageRequest) -> Answer:
    """Store them; sent twice, it is one. An address of another contact leads to that one."""
    form, fields = request.form, fields_of("contact", request.now)
    try:
        new = read(NewContact, typed(form, request.form_lists, fields))
        may_set(new.custom, fields, request.by)
        key = form.get("key") or None
        saved = create_contact(new, request.by.staff_id, key, request.now)
    except CrmError as error:
        known = error.extra.get("contact_id")
        return request.refused(
            "new.html", pointed(error), key="", known=known, begun={}, **needs(request)
        )
    to = f"/console/contacts/{saved.contact.contact_id}"
    if form.get("next"):
        to = request.address(form["next"])
    return request.redirect(to, done=done_with("Contact saved", saved.warnings))


def needs(request: PageRequest) -> dict[str, Any]:
    """What forms about contacts choose from."""
    fields = fields_of("contact", request.now)
    return {
        "channels": CHANNELS,
        "owners": [(one.staff_id, one.name) for one in colleagues(request.now)],
        "fields": shown_fields(fields, request.by),
        "lists": request.form_lists if request.method == "POST" else {},
        "values": {},
        "masked": [],
    }


def done_with(said: str, warnings: object) -> str:
    """What was done, and what of it could not be used."""
    left = [f"{one.message}" for one in warnings] if isinstance(warnings, tuple) else []
    return "; ".join([said, *left])
