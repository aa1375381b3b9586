"""Saying an entry in a sentence. Pure.

A kind has one sentence (`TITLES`), which names parameters of the entry in braces; whoever shows
it in another language has kinds and parameters. Ids of people, forms and channels are said by the
names the caller knows, and as they are otherwise.
"""

from collections.abc import Mapping
from typing import Final

from .model import Entry, Purchase

TITLES: Final[Mapping[str, str]] = {
    # what people do
    "form_submitted": "Sent the form {form_id}",
    "page_viewed": "Looked at {path}",
    "cart_updated": "Changed the cart",
    "email_opened": "Opened our mail {object_id}",
    "email_clicked": "Followed a link in our mail {object_id}",
    "purchased": "Bought {object_id}",
    "custom": "{name} {object_id}",
    "consent_given": "Agreed to {purpose} by {by_way_of}",
    "consent_withdrawn": "No longer agrees to {purpose} by {by_way_of}",
    # what became of messages of campaigns
    "message_sent": "Got a message of a campaign",
    "message_failed": "A message of a campaign could not be sent {reason}",
    "message_cancelled": "A message that waited was not sent {reason}",
    "message_delivered": "Our message arrived",
    "message_bounced": "Our message came back for now {reason}",
    "message_bounced_for_good": "Our message came back for good {reason}",
    "message_complained": "Called our message unwanted {reason}",
    # what we do with leads
    "lead_typed_in": "Entered as a lead",
    "lead_changed": "Changed {fields} of the lead",
    "lead_ready": "Ready for sales at {score} points",
    "lead_assigned": "Assigned to {owner_id} {reason}",
    "lead_unassigned": "Waits for somebody to take it {reason}",
    "lead_moved": "Moved from {from} to {to} {reason}",
    "hand_off_accepted": "Taken up by {owner_id}",
    "hand_off_rejected": "Turned down by {owner_id} {reason}",
    "hand_off_missed": "{owner_id} did not answer in time",
    "task_created": "{task_kind} planned for {owner_id}",
    "task_completed": "Task done by {completed_by}",
    # what we do with the record
    "contact_created": "Became a contact",
    "contact_changed": "Changed {fields}",
    "contact_deleted": "Put away",
    "contact_restored": "Brought back",
    "contacts_merged": "Another record of the same person was joined to this one",
    "merge_undone": "The two records are apart again",
    "email_replaced": "Signs in by another e-mail address",
    "promise_kept": "A promise was kept",
    "promise_withdrawn": "A promise was withdrawn",
    "promise_open": "A promise is open again",
    # tickets
    "ticket_opened": "Opened a ticket: {ticket_type}",
    "ticket_written": "Wrote about a ticket",
    "ticket_answered": "We answered a ticket",
    "ticket_noted": "Note on a ticket",
    "ticket_moved": "Ticket moved from {from} to {to}",
    "ticket_prioritised": "Ticket is {to} instead of {from}",
    "ticket_assigned": "Ticket given to {owner_id} in {queue} {reason}",
    "ticket_changed": "Changed {fields} of a ticket",
    "ticket_merged": "Another ticket became part of this one",
    "ticket_split": "Part of a ticket became one of its own",
    "sla_warned": "A deadline of a ticket comes near: {clock_kind}",
    "sla_breached": "A deadline of a ticket passed: {clock_kind}",
    "ticket_escalated": "Ticket escalated to a manager",
}
"""Of events, by the entry's kind. What is not known is left out with the blank before it."""

DEALINGS: Final[Mapping[str, tuple[str, str]]] = {
    "call": ("Called us", "We called"),
    "message": ("Wrote to us", "We wrote"),
    "meeting": ("Met us", "We met"),
    "visit": ("Visited us", "We visited"),
    "event": ("Came to an event", "We invited to an event"),
    "offer": ("Asked for an offer", "We made an offer"),
    "complaint": ("Complained", "We answered a complaint"),
    "purchase": ("Bought", "We sold"),
    "return": ("Brought back", "We took back"),
    "note": ("Note", "Note"),
    "other": ("Turned to us", "We turned to them"),
}
"""Of interactions: when they turned to us, and when we turned to them."""

_BRACKETED: Final = frozenset({"reason"})
_LONGEST: Final = 3
"""So many products of a purchase are named."""


def said(entry: Entry, names: Mapping[str, str]) -> str:
    """The entry in a sentence without a full stop, such as `Called us (Call centre): Delivery`."""
    if entry.kind in DEALINGS:
        return _dealing(entry, names)
    title = TITLES.get(entry.kind, entry.kind.replace("_", " ").capitalize())
    words: list[str] = []
    for word in title.split(" "):
        text = _word(word, entry.params, names)
        if text:
            words.append(text)
    return " ".join(words)


def _dealing(entry: Entry, names: Mapping[str, str]) -> str:
    inbound, outbound = DEALINGS[entry.kind]
    text = outbound if entry.direction == "outbound" else inbound
    if entry.purchase:
        text = f"{text} {_products(entry.purchase)}"
    if entry.channel:
        text = f"{text} ({names.get(entry.channel, entry.channel)})"
    about = [entry.subject, (entry.outcome or "").replace("_", " ")]
    return ": ".join([text, *filter(None, [", ".join(filter(None, about))])])


def _products(purchase: Purchase) -> str:
    named = [
        f"{line.quantity} x {line.name or line.sku}" if line.quantity > 1 else line.name or line.sku
        for line in purchase.lines[:_LONGEST]
    ]
    more = len(purchase.lines) - _LONGEST
    return ", ".join([*named, *([f"and {more} more"] if more > 0 else [])])


def _word(word: str, params: Mapping[str, str], names: Mapping[str, str]) -> str:
    if not word.startswith("{"):
        return word
    name = word.strip("{}")
    value = params.get(name, "")
    text = names.get(value, value)
    if name == "fields" or name.endswith("_kind") or name in ("name", "from", "to"):
        text = text.replace("_", " ")
    if name == "task_kind":
        text = text.capitalize()
    return f"({text})" if text and name in _BRACKETED else text
