"""From events to entries: whose history each belongs to, and what was done before they were known.

An event names a lead, a contact, or the subject of a behaviour. All of a batch are looked up
together: behaviours, the visitors' links, the leads' contacts, one read each, and only where
there are any.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import load_many
from shared.customers.contacts.persons import contacts_of, ways_to
from shared.customers.events import BehaviourRecorded
from shared.customers.visitors.repository import leads_for
from shared.kernel.events import DomainEvent

from .behaviour_facts import behaviour_entry
from .customer_facts import CUSTOMERS
from .facts import Readers, entry_of
from .message_facts import MESSAGES
from .model import Entry
from .repository import record
from .sales_facts import SALES
from .support_facts import SUPPORT

READERS: Final[Readers] = {**SALES, **CUSTOMERS, **MESSAGES, **SUPPORT}

HEARD: Final[tuple[type[DomainEvent], ...]] = (*READERS, BehaviourRecorded)
"""Every event that makes an entry."""


def record_events(events: Sequence[DomainEvent], now: datetime) -> None:
    """Write what `events` say into the histories of the people they are about, each once. At most
    six reads and one write for a hundred. Raises `Busy`."""
    entries = entries_of(events, now)
    if entries:
        record(entries)


def entries_of(events: Sequence[DomainEvent], now: datetime) -> list[Entry]:
    """What `events` say as entries of the histories they belong in; an entry's id is its event's.

    A behaviour of a visitor nobody has identified yet is left for the day they are.
    """
    seen = [one for one in events if isinstance(one, BehaviourRecorded)]
    done = _behaviours(seen)
    leads = leads_for(done) if done else {}
    named = [one for one in events if not isinstance(one, BehaviourRecorded)]
    contacts = _contacts([*leads.values(), *(_lead_id(one) for one in named)])
    entries = [
        behaviour_entry(one, contacts[lead_id], now)
        for one in done
        if (lead_id := leads.get((one.subject_id, one.behaviour_id)))
    ]
    ways = ways_to(_named(one, "contact_id") for one in named if not _lead_id(one)) if named else {}
    return [*entries, *(_entry(one, contacts, ways, now) for one in named)]


def _behaviours(seen: Sequence[BehaviourRecorded]) -> list[Behaviour]:
    keys = [(one.subject_id, one.behaviour_id) for one in seen]
    return list(load_many(keys).values()) if keys else []


def _entry(
    event: DomainEvent,
    contacts: Mapping[str, str],
    ways: Mapping[str, list[str]],
    now: datetime,
) -> Entry:
    fact = READERS[type(event)](event)
    if lead_id := _lead_id(event):
        return entry_of(event, fact, contacts[lead_id], now)
    # Of a contact that was merged it is as if it had come before: undone, it goes back.
    *origins, whose = ways[_named(event, "contact_id")]
    return entry_of(event, fact, whose, now).model_copy(update={"origins": origins})


def _contacts(lead_ids: Sequence[str | None]) -> Mapping[str, str]:
    asked = [one for one in lead_ids if one]
    return contacts_of(asked) if asked else {}


def _lead_id(event: DomainEvent) -> str | None:
    found = _named(event, "lead_id")
    return str(found) if found else None


def _named(event: DomainEvent, field: str) -> Any:
    return getattr(event, field, None)
