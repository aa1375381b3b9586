"""What happens around a person, as other areas may know it."""

from typing import ClassVar

from shared.kernel.events import DomainEvent


class CustomersEvent(DomainEvent):
    """Base of this area's events."""

    area: ClassVar[str] = "customers"


class BehaviourRecorded(CustomersEvent):
    """Somebody did something. What exactly is read from the record: addresses of pages may hold
    personal data, which an event must not carry.

    `subject_id` is a visitor (anonymous) or a lead; `behaviour_id` the caller's event id.
    """

    subject_id: str
    behaviour_id: str
    name: str


class VisitorIdentified(CustomersEvent):
    """A visitor turned out to be this lead. What they did, recorded after `events_after` (or
    ever), counts for the lead.

    A browser that identifies itself as another lead later keeps its past with the first one:
    `events_after` is then the instant of this link.
    """

    visitor_id: str
    lead_id: str
    events_after: str | None = None
