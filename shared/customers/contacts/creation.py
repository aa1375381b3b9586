"""Creating a contact: one transaction, nothing read."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.customers.events import ContactCreated
from shared.customers.identity import contact_id_of
from shared.customers.writing import Part, fits, owner_check, reason
from shared.kernel.clock import iso
from shared.kernel.errors import Busy
from shared.kernel.ids import new_id
from shared.platform import idempotency
from shared.platform.keys import key
from shared.platform.writes import ConditionFailed

from .checking import Checked, checked, recognisable
from .model import Contact, NewContact, Warned
from .repository import customers, need
from .writing import parts_of

_CONTACT: Final = 0
"""Position of the contact in the write."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A contact as it is stored now, and what of the request could not be used."""

    contact: Contact
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Which row of which import a contact comes from."""

    import_id: str
    row: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A new contact whose values were checked. `ids` are those it may have: that of its address,
    and one of its own for where the contact that first came with the address gave it up."""

    found: Checked
    ids: tuple[str, ...]
    source: str
    by: str
    now: datetime
    origin: Origin | None = None

    def contact(self, contact_id: str) -> Contact:
        """The contact under one of its ids."""
        known = {name: value for name, value in self.found.values.items() if value is not None}
        imported = (
            {"import_id": self.origin.import_id, "import_row": self.origin.row}
            if self.origin
            else {}
        )
        return Contact(
            contact_id=contact_id,
            **known,
            source=self.source,
            created_at=iso(self.now),
            created_by=self.by,
            updated_at=iso(self.now),
            version=1,
            **imported,
        )

    def parts(self, contact: Contact) -> list[Part]:
        """What storing it takes, the contact itself first."""
        return parts_of(None, contact, [_created(contact, self.by, self.now)])


def drafted(
    new: NewContact, by: str, fresh: str, now: datetime, *, origin: Origin | None = None
) -> Draft:
    """Check a new contact; `fresh` is the id it has without an address. Raises `Rejected`."""
    found = checked(new, None, now)
    ids = tuple(dict.fromkeys((_id_of_address(found) or fresh, fresh)))
    draft = Draft(found, ids, new.source, by, now, origin)
    recognisable(draft.contact(fresh))
    return draft


def create_contact(new: NewContact, by: str, idempotency_key: str | None, now: datetime) -> Saved:
    """Store a new contact made by `by`. Sent again with its key, it changes nothing and is
    answered alike.

    The id is that of the first address (`identity.contact_id_of`), or a fresh one. Raises
    `Rejected` for unacceptable values, and `Conflict` (`address_taken`, `external_id_taken`,
    with the other `contact_id`) for what belongs to a contact already, put away or not.
    """
    used = idempotency.check_key(idempotency_key)
    draft = drafted(new, by, idempotency.record_id("contact", by, used, now), now)
    warnings = tuple(draft.found.warnings)
    content = hmac.digest(key("idempotency"), new.model_dump_json().encode(), hashlib.sha256)
    for contact_id in draft.ids:
        contact = draft.contact(contact_id)
        parts = draft.parts(contact)
        ops = [one.op for one in parts]
        if used:
            made = {"contact_id": contact_id}
            ops.append(idempotency.claim(f"contact:{by}", used, content, made, now))
        fits(len(ops) + 1)
        try:
            customers.write(*ops, beside=owner_check(contact.owner_id))
            return Saved(contact, warnings)
        except ConditionFailed as failed:
            if used and (first := failed.found(len(parts))):
                made = idempotency.result_of(first, content)
                return Saved(need(made["contact_id"]), warnings)
            others = {n: item for n, item in failed.failures.items() if n != _CONTACT}
            if others:
                raise reason(parts, others) from failed
            if contact_id == draft.ids[-1]:
                # Nobody else can have this id: our own write, whose answer was lost, is there.
                return Saved(contact, warnings)
        # The contact that first came with this address gave it up and kept its id.
    raise Busy("contended", "This record is being changed by others, try again")


def _id_of_address(found: Checked) -> str | None:
    """The id that the primary e-mail address stands for or, without one, the primary number."""
    for email in found.values.get("emails", ()):
        if email.primary:
            return contact_id_of("email", email.address)
    for phone in found.values.get("phones", ()):
        if phone.primary:
            return contact_id_of("phone", phone.number)
    return None


def _created(contact: Contact, by: str, now: datetime) -> ContactCreated:
    return ContactCreated(
        event_id=new_id("event", now),
        occurred_at=now,
        contact_id=contact.contact_id,
        version=contact.version,
        origin=contact.source,
        by=by,
    )
