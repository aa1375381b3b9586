"""What happened between a customer and the company, as the customer reads it.

They see what they did and what they were told: the entries of their history that say so
(`Entry.visible`), in words for them. What colleagues wrote about it, who it was, scores and ids
stay with the company.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import attributes
from shared.customers.history.listing import Wanted, contact_history
from shared.customers.history.model import Entry
from shared.customers.history.repository import page

LOOKED_AT: Final = 100
"""How many of the newest entries are looked through for what happened lately: one query."""

_DID: Final[Mapping[str, str]] = {
    "form_submitted": "You sent us a form",
    "page_viewed": "You looked at {path}",
    "cart_updated": "You changed your cart",
    "email_opened": "You opened a mail of ours",
    "email_clicked": "You followed a link in a mail of ours",
    "purchased": "You bought something",
    "consent_given": "You allowed {purpose}",
    "consent_withdrawn": "You no longer allow {purpose}",
    "message_sent": "We sent you a message",
    "email_replaced": "You changed the address you sign in by",
    "ticket_opened": "You asked us for help",
    "ticket_written": "You wrote about your request",
    "ticket_answered": "We answered your request",
}
"""By kind. A parameter of the entry may stand in braces."""

_DEALT: Final[Mapping[str, tuple[str, str]]] = {
    "call": ("You called us", "We called you"),
    "message": ("You wrote to us", "We wrote to you"),
    "meeting": ("We met", "We met"),
    "visit": ("You visited us", "We visited you"),
    "event": ("You came to an event", "We invited you to an event"),
    "offer": ("You asked for an offer", "We made you an offer"),
    "complaint": ("You complained", "We answered your complaint"),
    "purchase": ("You bought", "You bought"),
    "return": ("You brought back", "We took back"),
}
"""Of interactions: when they turned to us, and when we turned to them."""

_TURNED: Final = ("You turned to us", "We turned to you")
_PRODUCTS: Final = 3


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: when, of which kind, and in words for the customer."""

    entry_id: str
    occurred_at: str
    kind: str
    direction: str | None
    channel: str | None
    said: str


def lately(contact: Contact, limit: int) -> list[Happening]:
    """The newest of what the customer may see, among the newest things at all. One query."""
    entries = page(contact.contact_id, limit=LOOKED_AT).entries
    return [_of(one) for one in entries if one.visible][:limit]


def happened(
    contact: Contact, *, limit: int, cursor: str | None
) -> tuple[list[Happening], str | None]:
    """A page of what the customer may see, newest first, and the cursor of what is older; a page
    may be empty though more follows. Raises `Rejected` for a foreign cursor."""
    found = contact_history(
        contact.contact_id,
        attributes(contact),
        Wanted(visible=True),
        limit=limit,
        cursor=cursor,
    )
    return [_of(one) for one in found.entries], found.next


def _of(entry: Entry) -> Happening:
    return Happening(
        entry_id=entry.entry_id,
        occurred_at=entry.occurred_at,
        kind=entry.kind,
        direction=entry.direction,
        channel=entry.channel,
        said=_said(entry),
    )


def _said(entry: Entry) -> str:
    if entry.kind in _DID:
        known = {name: value.replace("-", " ") for name, value in entry.params.items()}
        return _DID[entry.kind].format_map(_Known(known))
    inbound, outbound = _DEALT.get(entry.kind, _TURNED)
    text = outbound if entry.direction == "outbound" else inbound
    if entry.purchase:
        named = [one.name or one.sku for one in entry.purchase.lines]
        more = ["and more"] if len(named) > _PRODUCTS else []
        text = f"{text} {', '.join([*named[:_PRODUCTS], *more])}"
    return f"{text}: {entry.subject}" if entry.subject else text


class _Known(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return "something"
