"""One contact: what is known, changing it, putting it away and bringing it back."""

from typing import Any

from shared.console.custom_fields import pointed, shown_fields
from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.customers.access.showing import may_change, show
from shared.customers.accounts.repository import in_short as accounts_in_short
from shared.customers.contacts.changes import change_contact, delete_contact, restore_contact
from shared.customers.contacts.model import Contact, ContactChange
from shared.customers.contacts.repository import need
from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.kernel.differences import Difference, differences
from shared.kernel.errors import Conflict, CrmError, Stale
from shared.pages.reading import read

from .creation import done_with, needs
from .history import channel_choices
from .schemas import DEALINGS, MAY_EDIT, MAY_MERGE, VersionForm, as_typed, typed
from .whose import record


def shown(request: PageRequest, contact_id: str) -> Answer:
    """One contact, whole."""
    contact = record(request, contact_id)
    if contact.contact_id != contact_id:
        return request.redirect(f"/console/contacts/{contact.contact_id}")
    return request.page("contact.html", **view(request, contact))


def form(request: PageRequest, contact_id: str) -> Answer:
    """The form to change somebody."""
    return request.page("edit.html", both=None, **_editing(request, need(contact_id)))


def changed(request: PageRequest, contact_id: str) -> Answer:
    """Change somebody. Changed meanwhile: both versions, to choose."""
    fields = fields_of("contact", request.now)
    try:
        version = read(VersionForm, request.form).version
        given = typed(request.form, request.form_lists, fields)
        change = read(ContactChange, {**given, "version": version})
        may_set(change.custom, fields, request.by)
        may_change(change.given(), request.by, request.now)
        saved = change_contact(contact_id, change, request.by.staff_id, request.now)
    except Stale as error:
        now = need(contact_id)
        both = _both(now, given)
        return request.refused("edit.html", error, both=both, **_editing(request, now))
    except CrmError as error:
        known = error.extra.get("contact_id")
        editing = _editing(request, need(contact_id))
        return request.refused("edit.html", pointed(error), both=None, known=known, **editing)
    to = f"/console/contacts/{saved.contact.contact_id}"
    return request.redirect(to, done=done_with("Changes saved", saved.warnings))


def deleted(request: PageRequest, contact_id: str) -> Answer:
    """Put somebody away: they can be brought back."""
    return _moved(request, contact_id, away=True)


def restored(request: PageRequest, contact_id: str) -> Answer:
    """Bring somebody back."""
    return _moved(request, contact_id, away=False)


def view(request: PageRequest, contact: Contact) -> dict[str, Any]:
    """What the page of a contact shows, custom fields masked as the person's roles ask."""
    found = accounts_in_short(one.account_id for one in contact.accounts)
    seen = show(contact, request.by, request.now, via="page")
    fields = fields_of("contact", request.now)
    return {
        "contact": seen,
        "accounts": [(one, found.get(one.account_id)) for one in contact.accounts],
        "fields": shown_fields(fields, request.by, masked=True),
        "names": names(request.now),
        "choices": [],
        "logging": False,
        "dealings": DEALINGS,
        "channels": channel_choices(request.now),
        "key": request.id,
        "may_edit": request.by.has(*MAY_EDIT),
        "may_merge": request.by.has(*MAY_MERGE),
    }


def _moved(request: PageRequest, contact_id: str, *, away: bool) -> Answer:
    move = delete_contact if away else restore_contact
    try:
        version = read(VersionForm, request.form).version
        contact = move(contact_id, version, request.by.staff_id, request.now)
    except (Conflict, Stale) as error:
        return request.refused("contact.html", error, **view(request, need(contact_id)))
    done = "Put away: nobody finds them, and you can bring them back" if away else "Brought back"
    return request.redirect(f"/console/contacts/{contact.contact_id}", done=done)


def _editing(request: PageRequest, contact: Contact) -> dict[str, Any]:
    seen = show(contact, request.by, request.now, via="page")
    return {
        **needs(request),
        "contact": seen,
        "stored": as_typed(seen),
        "values": seen.custom,
        "masked": seen.masked,
        "known": None,
    }


def _both(now: Contact, given: dict[str, Any]) -> list[Difference]:
    """Place by place what is stored now and what was typed."""
    mine = {name: value for name, value in given.items() if name != "custom"}
    stored: dict[str, Any] = {name: getattr(now, name) for name in mine}
    for field, part in (("emails", "address"), ("phones", "number")):
        if field in given:
            mine[field] = [one[part] for one in given[field]]
            stored[field] = [getattr(one, part) for one in getattr(now, field)]
    return differences(stored, mine)
