"""Changes of the address a customer signs in by, kept beside the contact.

| entity (table `customers`) | pk | sk |
|---|---|---|
| change: `state`, `new`, `old`, `at` | `CONTACT#<contact_id>` | `EMAIL_CHANGE#<change_id>` |

A change is asked for, then done, and may be undone. It holds addresses: it stays with the contact
and goes with it. Asked for by whoever signs in, and by who reads mail at the former address.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from shared.customers.contacts.repository import contact_key, customers
from shared.kernel.clock import iso
from shared.platform.requests import Condition, Key, Put, Update

SORT: Final = "EMAIL_CHANGE#"
OBJECTED_WITHIN: Final = timedelta(days=14)
_KEPT: Final = timedelta(days=90)


class ChangeState(StrEnum):
    """How far a change is."""

    ASKED = "asked"
    DONE = "done"
    UNDONE = "undone"


class EmailChange(BaseModel):
    """A change of address. `old` is `None` where there was none; `done_at` is when it happened."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    change_id: str
    contact_id: str
    state: ChangeState
    new: str
    old: str | None = None
    done_at: str | None = None


def change_key(contact_id: str, change_id: str) -> Key:
    """The key of a change."""
    return {**contact_key(contact_id), "sk": f"{SORT}{change_id}"}


def load_change(contact_id: str, change_id: str) -> EmailChange | None:
    """A change of a contact. One strong read."""
    item = customers.get(change_key(contact_id, change_id))
    return EmailChange.model_validate(item) if item else None


def changes_of(contact_id: str) -> list[EmailChange]:
    """Every change of a contact that is still known. One query."""
    items = customers.query_all(f"CONTACT#{contact_id}", begins=SORT, consistent=True)
    return [EmailChange.model_validate(item) for item in items]


def asked(contact_id: str, change_id: str, new: str, now: datetime) -> Put:
    """The operation that stores a change asked for."""
    item = {
        **change_key(contact_id, change_id),
        "change_id": change_id,
        "contact_id": contact_id,
        "state": ChangeState.ASKED,
        "new": new,
        "expires_at": int((now + _KEPT).timestamp()),
    }
    once = Condition("change_new", "attribute_not_exists(#pk)", "each change has an id of its own")
    return Put(item, once)


def done(change: EmailChange, old: str | None, now: datetime) -> Update:
    """The operation that settles a change as done; it replaced `old`."""
    known = {"state": ChangeState.DONE, "done_at": iso(now), **({"old": old} if old else {})}
    return _settled(change, ChangeState.ASKED, known)


def undone(change: EmailChange) -> Update:
    """The operation that settles a change as undone."""
    return _settled(change, ChangeState.DONE, {"state": ChangeState.UNDONE})


def _settled(change: EmailChange, before: ChangeState, known: dict[str, str]) -> Update:
    still = Condition(
        "change_still_so",
        "#state = :before",
        "a change is done once and undone once",
        {"before": before},
    )
    return Update(change_key(change.contact_id, change.change_id), set=known, condition=still)
