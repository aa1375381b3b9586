"""What events of the customers area say of a person. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers import events as customers
from shared.kernel.events import DomainEvent
from shared.marketing.events import (
    Converted,
    MessageClicked,
    MessageHit,
    MessageOpened,
    ResponseCodeUsed,
    SegmentEntered,
    SegmentLeft,
)
from shared.sales.events import LeadScoreChanged

from .facts import Fact, Readers


def _created(event: customers.ContactCreated) -> Fact:
    return Fact("contact_created", {"origin": event.origin}, by=event.by)


def _changed(event: customers.ContactChanged) -> Fact:
    return Fact("contact_changed", {"fields": event.fields}, by=event.by)


def _merged(kind: str) -> Any:
    def read(event: Any) -> Fact:
        refs = {"merge_id": event.merge_id, "merged_id": event.merged_id}
        return Fact(kind, refs=refs, by=event.by)

    return read


def _consent(kind: str) -> Any:
    def read(event: Any) -> Fact:
        params = {"purpose": event.purpose, "by_way_of": event.channel, "origin": event.origin}
        return Fact(kind, params, visible=True)

    return read


def _settled(event: customers.PromiseSettled) -> Fact:
    return Fact(f"promise_{event.state}", refs={"promise_id": event.promise_id}, by=event.by)


CUSTOMERS: Final[Readers] = {
    customers.ContactCreated: _created,
    customers.ContactChanged: _changed,
    customers.ContactDeleted: lambda event: Fact("contact_deleted", by=event.by),
    customers.ContactRestored: lambda event: Fact("contact_restored", by=event.by),
    customers.ContactsMerged: _merged("contacts_merged"),
    customers.MergeUndone: _merged("merge_undone"),
    customers.ConsentGiven: _consent("consent_given"),
    customers.ConsentWithdrawn: _consent("consent_withdrawn"),
    customers.PromiseSettled: _settled,
    customers.EmailReplaced: lambda _: Fact("email_replaced", visible=True),
}

NOT_RECORDED: Final[Mapping[type[DomainEvent], str]] = {
    customers.InteractionRecorded: "the interaction is an entry itself, written with the event",
    customers.ProductPurchased: "told by the purchase's own entry",
    customers.VisitorIdentified: "brings in what the visitor did, entry by entry; that they were "
    "identified is told by the form they sent",
    customers.ContactErased: "nothing may be written about a person who was erased",
    Converted: "told by what the person did, which is here",
    ResponseCodeUsed: "what was bought or said is told by its own entry; the code says to whom it "
    "is owed",
    MessageHit: "told by what it turns out to be",
    MessageOpened: "told by the behaviour `email_opened`, which is written with it",
    MessageClicked: "told by the behaviour `email_clicked`, which is written with it",
    SegmentEntered: "follows from what is here, and the segment explains each",
    SegmentLeft: "follows from what is here, and the segment explains each",
    LeadScoreChanged: "points follow from entries that are here, and the score explains each",
}
"""Events that name a person and are no entries, each with the reason."""
