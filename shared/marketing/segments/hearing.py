"""From events to contacts that are to be looked at, and for which segments.

What an event says of a person is in their history before anything is decided (`record` is done
once, by whoever comes first), so that of two events at once the one decided on later sees both.
What other consumers bring in after an event, a visitor's past or a merged record's, is seen by
looking again some minutes later.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.customers import events as customers
from shared.customers.contacts.persons import contacts_of
from shared.customers.contacts.repository import in_short
from shared.customers.history.hearing import HEARD as RECORDED
from shared.customers.history.hearing import READERS, entries_of
from shared.customers.history.repository import record
from shared.kernel.events import DomainEvent
from shared.platform import timers
from shared.platform.requests import Condition, Delete, Put
from shared.platform.writes import ConditionFailed
from shared.sales.events import LeadScoreChanged

from .definition import Definitions
from .facts import EVERYTHING, changed_fields, happened
from .repository import TIMER, marketing, recheck_key
from .scores import keep_scores, settle_scores

_NOT_RECORDED: Final = (
    customers.InteractionRecorded,
    customers.ProductPurchased,
    customers.ContactErased,
    customers.VisitorIdentified,
    LeadScoreChanged,
)
HEARD: Final[tuple[type[DomainEvent], ...]] = (*RECORDED, *_NOT_RECORDED)
"""Every event that may put somebody into a segment or out of one."""

_ANOTHER: Final = (
    customers.ContactCreated,
    customers.ContactDeleted,
    customers.ContactRestored,
    customers.ContactErased,
    customers.ContactsMerged,
    customers.MergeUndone,
)
"""After these a contact is another one altogether."""

_BRINGS_MORE: Final = (
    customers.ContactCreated,
    customers.ContactsMerged,
    customers.MergeUndone,
    customers.VisitorIdentified,
)
"""After these other consumers move entries of histories."""

_LATER: Final = timedelta(minutes=5)
"""By then a moved history is where it belongs."""

Look = dict[str, set[str]]
"""Segments to decide, by contact."""


def looks_of(events: Sequence[DomainEvent], known: Definitions, now: datetime) -> list[Look]:
    """For each event whom it is about, with the segments whose rules are about what happened.

    What it says is in histories and scores when this returns. Raises `Busy`.
    """
    asked = [known.about(_mentions(one)) for one in events]
    told = [
        one
        for one, segments in zip(events, asked, strict=True)
        if segments and isinstance(one, RECORDED)
    ]
    entries = entries_of(told, now) if told else []
    if entries:
        record(entries)
    whose = {one.entry_id: one.contact_id for one in entries}
    whose |= _of_leads(events)
    found: list[Look] = []
    later: list[str] = []
    for event, segments in zip(events, asked, strict=True):
        people = _people(event, whose)
        if isinstance(event, _BRINGS_MORE):
            later += people
        found.append({one: set(segments) for one in people} if segments else {})
    # An event that comes late must leave nothing of somebody who is not here any more.
    for one in in_short(later) if later else ():
        look_later(one, now)
    return found


def look_later(contact_id: str, now: datetime) -> None:
    """Have a contact looked at again in some minutes, for every segment."""
    due = timers.attributes(TIMER, now + _LATER, contact_id)
    # Unconditional: of two such notes the later one is enough.
    marketing.write(Put({**recheck_key(contact_id), **due}))


def looked_later(contact_id: str, due: str) -> None:
    """That was done, unless somebody asked for it again meanwhile."""
    same = Condition(
        "recheck_unchanged",
        "#timer_due = :due",
        "what came in later is looked at later",
        {"due": due},
    )
    try:
        marketing.write(Delete(recheck_key(contact_id), same))
    except ConditionFailed:
        return


def _of_leads(events: Sequence[DomainEvent]) -> dict[str, str]:
    """The contacts of events that name a lead and make no entry, by event; their points are
    kept."""
    named = [
        one for one in events if isinstance(one, LeadScoreChanged | customers.VisitorIdentified)
    ]
    contacts = contacts_of(one.lead_id for one in named) if named else {}
    keep_scores([one for one in named if isinstance(one, LeadScoreChanged)], contacts)
    for one in events:
        if isinstance(one, customers.ContactsMerged | customers.MergeUndone):
            settle_scores([one.contact_id, one.merged_id])
    return {one.event_id: contacts[one.lead_id] for one in named}


def _people(event: DomainEvent, whose: dict[str, str]) -> list[str]:
    known = whose.get(event.event_id) or getattr(event, "contact_id", None)
    return [str(one) for one in dict.fromkeys((known, getattr(event, "merged_id", None))) if one]


def _mentions(event: DomainEvent) -> set[str]:
    match event:
        case customers.BehaviourRecorded():
            return {happened("custom" if event.name.startswith("custom.") else event.name)}
        case customers.InteractionRecorded():
            return {happened(event.kind)}
        case customers.ProductPurchased():
            return {happened("return" if event.returned else "purchase")}
        case LeadScoreChanged():
            return {"score"}
        case customers.VisitorIdentified():
            return set()
    found = {EVERYTHING} if isinstance(event, _ANOTHER) else set()
    if isinstance(event, customers.ContactChanged):
        found |= changed_fields(event.fields)
    if isinstance(event, customers.ConsentGiven | customers.ConsentWithdrawn):
        found.add("consent")
    if reader := READERS.get(type(event)):
        found.add(happened(reader(event).kind))
    return found
