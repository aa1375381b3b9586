"""Changing a contact, putting it away and bringing it back."""

from datetime import datetime, timedelta
from typing import Any, Final

from shared.customers.events import (
    ContactChanged,
    ContactDeleted,
    ContactRestored,
    CustomersEvent,
)
from shared.customers.retention.repository import rules_in_force
from shared.customers.trail import changed as written_down
from shared.customers.trail import differing
from shared.customers.writing import Part, stale, write
from shared.kernel.clock import iso
from shared.kernel.errors import Conflict, Stale
from shared.kernel.ids import new_id

from .checking import checked, recognisable
from .creation import Saved
from .model import Contact, ContactChange
from .repository import attributes, need, touched
from .writing import new_owner, parts_of

FACTS: Final = Contact.model_fields.keys() - {"updated_at", "version"}
"""What can be another after a change."""


def change_contact(contact_id: str, change: ContactChange, by: str, now: datetime) -> Saved:
    """Change what is given of a contact; without a difference nothing is written.

    Raises `NotFound`, `Stale` when `change.version` is not the newest, `Conflict`
    (`contact_deleted`, `address_taken`, `external_id_taken`) and `Rejected`.
    """
    before = _as_known(contact_id, change.version)
    if before.deleted_at:
        raise Conflict("contact_deleted", "Restore this contact before changing it")
    found = checked(change, before, now)
    after = touched(before, now, **found.values)
    recognisable(after)
    return Saved(store_change(before, after, by, now), tuple(found.warnings))


def delete_contact(contact_id: str, version: int, by: str, now: datetime) -> Contact:
    """Put a contact away: it is in no list and no search, but its addresses stay its own and it
    can be brought back, until it is purged as the rules of retention say. One that is put away
    already stays so.

    Raises `NotFound` and `Stale`.
    """
    before = _as_known(contact_id, version)
    if before.deleted_at:
        return before
    days = rules_in_force(now).deleted_contacts_days
    purge_at = iso(now + timedelta(days=days)) if days else None
    after = touched(before, now, deleted_at=iso(now), purge_at=purge_at)
    return _stored(before, after, ContactDeleted(**_about(after, by, now)), by)


def restore_contact(contact_id: str, version: int, by: str, now: datetime) -> Contact:
    """Bring a contact back that was put away. Raises `NotFound` and `Stale`."""
    before = _as_known(contact_id, version)
    if not before.deleted_at:
        return before
    after = touched(before, now, deleted_at=None, purge_at=None)
    return _stored(before, after, ContactRestored(**_about(after, by, now)), by)


def store_change(before: Contact, after: Contact, by: str, now: datetime) -> Contact:
    """Store a contact that `by` changed; without a difference nothing is written. One call.

    Raises `Stale` when it is no longer as it was `before`, `Conflict` and `Rejected`.
    """
    fields = differing(attributes(before), attributes(after), FACTS)
    if not fields:
        return before
    event = ContactChanged(**_about(after, by, now), fields=fields)
    return _stored(before, after, event, by)


def _stored(before: Contact, after: Contact, event: CustomersEvent, by: str) -> Contact:
    old, new = attributes(before), attributes(after)
    trail = written_down(old, new, differing(old, new, FACTS), event, by)
    parts = [*parts_of(before, after, [event]), Part(trail, stale("contact"))]
    write(parts, owner=new_owner(before, after))
    return after


def _as_known(contact_id: str, version: int) -> Contact:
    contact = need(contact_id)
    if contact.version != version:
        raise Stale("version_stale", version=contact.version)
    return contact


def _about(contact: Contact, by: str, now: datetime) -> dict[str, Any]:
    return {
        "event_id": new_id("event", now),
        "occurred_at": now,
        "contact_id": contact.contact_id,
        "version": contact.version,
        "by": by,
    }
