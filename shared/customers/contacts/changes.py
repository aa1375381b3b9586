"""Changing a contact, putting it away and bringing it back."""

from datetime import datetime
from typing import Any

from shared.customers.events import (
    ContactChanged,
    ContactDeleted,
    ContactRestored,
    CustomersEvent,
)
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, Stale
from shared.kernel.ids import new_id

from .checking import checked, recognisable
from .creation import Saved
from .model import Contact, ContactChange
from .repository import attributes, need, touched
from .trail import changed as written_down
from .writing import Part, new_owner, parts_of, write


def change_contact(contact_id: str, change: ContactChange, by: str, now: datetime) -> Saved:
    """Change what is given of a contact; without a difference nothing is written.

    Raises `NotFound`, `Stale` when `change.version` is not the newest, `Conflict`
    (`contact_deleted`, `address_taken`, `external_id_taken`) and `Rejected`.
    """
    before = _as_known(contact_id, change.version)
    if before.deleted_at:
        raise Conflict("contact_deleted", "Restore this contact before changing it")
    found = checked(change, before)
    after = touched(before, now, **found.values)
    recognisable(after)
    fields = _different(before, after)
    if not fields:
        return Saved(before, tuple(found.warnings))
    event = ContactChanged(**_about(after, by, now), fields=fields)
    return Saved(_stored(before, after, fields, event, by), tuple(found.warnings))


def delete_contact(contact_id: str, version: int, by: str, now: datetime) -> Contact:
    """Put a contact away: it is in no list and no search, but its addresses stay its own and it
    can be brought back. One that is put away already stays so.

    Raises `NotFound` and `Stale`.
    """
    before = _as_known(contact_id, version)
    if before.deleted_at:
        return before
    after = touched(before, now, deleted_at=iso(now))
    return _stored(before, after, [], ContactDeleted(**_about(after, by, now)), by)


def restore_contact(contact_id: str, version: int, by: str, now: datetime) -> Contact:
    """Bring a contact back that was put away. Raises `NotFound` and `Stale`."""
    before = _as_known(contact_id, version)
    if not before.deleted_at:
        return before
    after = touched(before, now, deleted_at=None)
    return _stored(before, after, [], ContactRestored(**_about(after, by, now)), by)


def _stored(
    before: Contact, after: Contact, fields: list[str], event: CustomersEvent, by: str
) -> Contact:
    parts = parts_of(before, after, [event])
    trail = written_down(before, after, fields, event, by)
    write([*parts, Part(trail, parts[0].refused)], owner=new_owner(before, after))
    return after


def _as_known(contact_id: str, version: int) -> Contact:
    contact = need(contact_id)
    if contact.version != version:
        raise Stale("version_stale", version=contact.version)
    return contact


def _different(before: Contact, after: Contact) -> list[str]:
    """The attributes of which something else is stored."""
    old, new = attributes(before), attributes(after)
    names = {*old, *new} & Contact.model_fields.keys() - {"updated_at", "version"}
    return sorted(name for name in names if old.get(name) != new.get(name))


def _about(contact: Contact, by: str, now: datetime) -> dict[str, Any]:
    return {
        "event_id": new_id("event", now),
        "occurred_at": now,
        "contact_id": contact.contact_id,
        "version": contact.version,
        "by": by,
    }
