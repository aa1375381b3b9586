"""Things to start a test from, each with sensible values for what the test is not about."""

from datetime import UTC, datetime
from typing import Any, Final

from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, Email, NewContact
from shared.customers.contacts.repository import attributes
from shared.kernel.clock import iso
from shared.kernel.ids import derived_id
from shared.platform.requests import Put
from shared.sales.events import LeadCaptured
from shared.sales.leads.repository import lead_key, owner_index, sales, state_index
from shared.sales.leads.states import LeadState

CREATED: Final = datetime(2025, 6, 1, 4, 15, tzinfo=UTC)


def lead_id(number: int = 1) -> str:
    """The id of the n-th lead of a test."""
    return derived_id("lead", number.to_bytes(16, "big"))


def staff_id(name: str) -> str:
    """The id of a person of a test: always the same one for the same name."""
    return derived_id("staff", name.encode().rjust(16, b"\0"))


def lead_item(
    number: int = 1,
    *,
    state: LeadState = LeadState.NEW,
    owner: str | None = None,
    created: datetime = CREATED,
    **more: Any,
) -> dict[str, Any]:
    """A lead as stored. `more` are further attributes, such as `form_email` or `score`."""
    one = lead_id(number)
    created_at = iso(created)
    item: dict[str, Any] = {
        **lead_key(one),
        "kind": "lead",
        "lead_id": one,
        "state": state,
        "created_at": created_at,
        "updated_at": created_at,
        "version": 1,
        "form_email": f"person{number}@example.com",
        "form_last_name": f"Person {number}",
        **state_index(state, one, created_at),
    }
    if owner:
        item |= {"owner_id": owner, **owner_index(owner, state, one, created_at)}
    return item | more


def a_lead(number: int = 1, **how: Any) -> str:
    """Store a lead (see `lead_item`) and return its id."""
    item = lead_item(number, **how)
    sales.write(Put(item))
    return str(item["lead_id"])


def a_contact(**facts: Any) -> str:
    """Store a contact, Ann unless told otherwise, and return its id."""
    given = {"first_name": "Ann", "emails": [{"address": "ann@example.com"}]} | facts
    return create_contact(
        NewContact.model_validate(given), "asha", None, CREATED
    ).contact.contact_id


def contact_item(number: int = 1) -> dict[str, Any]:
    """A contact as stored; with `lead_item` of the same number, the same person."""
    contact = Contact(
        contact_id=derived_id("contact", number.to_bytes(16, "big")),
        first_name="Person",
        last_name=f"Lee {number}",
        emails=[Email(address=f"person{number}@example.com", primary=True)],
        source="staff",
        created_at=iso(CREATED),
        created_by="asha",
        updated_at=iso(CREATED),
        version=1,
    )
    return attributes(contact)


def captured(number: int = 1, **how: Any) -> LeadCaptured:
    """The event that says the n-th lead was captured."""
    given: dict[str, Any] = {
        "event_id": f"evt_captured_{number}",
        "occurred_at": CREATED,
        "lead_id": lead_id(number),
        "submission_id": derived_id("submission", number.to_bytes(16, "big")),
        "form_id": "contact",
        "channel": "form",
    }
    return LeadCaptured(**given | how)
