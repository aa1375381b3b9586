"""The one way to show a contact to staff: masked as their roles ask, and written down where there
was something sensitive to see."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.customers.contacts.model import Contact, Warned
from shared.customers.contacts.view import ContactView
from shared.customers.custom_fields.repository import fields_of
from shared.kernel.clock import iso
from shared.kernel.errors import FieldError, Forbidden
from shared.platform.auth import Staff

from .masking import Known, has, without
from .model import Look, Via
from .repository import note, rules_in_force


def show(
    contact: Contact, by: Staff, now: datetime, *, via: Via, warnings: Iterable[Warned] = ()
) -> ContactView:
    """The contact as `by` sees it. One write where it has a sensitive field, which is before it
    is answered: what cannot be written down is not shown. Raises `Busy`."""
    view, look = _seen(contact, by, now, via, warnings)
    if look:
        note([look])
    return view


def show_many(
    contacts: Sequence[Contact], by: Staff, now: datetime, *, via: Via
) -> list[ContactView]:
    """Contacts as `by` sees them, as `show`. A write for each twenty-five with sensitive fields."""
    seen = [_seen(one, by, now, via, ()) for one in contacts]
    note([look for _, look in seen if look])
    return [view for view, _ in seen]


def listed(contacts: Iterable[Known], now: datetime) -> list[Known]:
    """Contacts as lists show them to everybody: of sensitive standard fields there are masks
    only, so that nobody leafs through them unseen. No read within 30 seconds, no write."""
    hidden = rules_in_force(now).fields
    return [without(one, hidden) for one in contacts] if hidden else list(contacts)


def may_change(given: Iterable[str], by: Staff, now: datetime) -> None:
    """Raise `Forbidden` when one of the fields `given` is one of which `by` sees a mask."""
    hidden = rules_in_force(now).hidden_from(by)
    wrong = [
        FieldError(name, "not_visible", "You do not see this field's values")
        for name in given
        if name in hidden
    ]
    if wrong:
        raise Forbidden("field_forbidden", fields=wrong)


def _seen(
    contact: Contact, by: Staff, now: datetime, via: Via, warnings: Iterable[Warned]
) -> tuple[ContactView, Look | None]:
    rules = rules_in_force(now)
    masks = [name for name in rules.hidden_from(by) if has(contact, name)]
    view = ContactView.of(without(contact, masks), by, now, warnings)
    view = view.model_copy(update={"masked": [*masks, *view.masked]})
    custom = fields_of("contact", now).named()
    sensitive: list[str] = [name for name in rules.fields if has(contact, name)]
    sensitive += [f"custom.{name}" for name in view.custom if custom[name].sensitive]
    if not sensitive:
        return view, None
    look = Look(
        contact_id=contact.contact_id,
        at=iso(now),
        by=by.staff_id,
        via=via,
        shown=[name for name in sensitive if name not in view.masked],
        masked=[name for name in sensitive if name in view.masked],
    )
    return view, look
