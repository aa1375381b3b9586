"""Merge fields of canned texts: `{{ requester.name }}`, `{{ requester.name or "there" }}`. Pure.

This is no language: a field is one of a fixed list, is put in once, and what is put in is never
looked at again. So whatever a customer calls themselves stays text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from shared.directory.model import StaffMember
from shared.support.tickets.model import Ticket

FIELDS: Final = (
    "requester.name",
    "requester.first_name",
    "ticket.subject",
    "ticket.reference",
    "ticket.created_on",
    "agent.name",
)

_FIELD: Final = re.compile(r"""\{\{\s*([a-z_.]{1,40})\s*(?:or\s+"([^"{}]{0,200})"\s*)?\}\}""")
_BRACES: Final = re.compile(r"\{\{|\}\}")


class Wrong(NamedTuple):
    """Something of a text that cannot be put in."""

    code: str
    message: str


def wrong_in(text: str) -> Iterator[Wrong]:
    """What of a text's fields nobody could fill in."""
    for found in _FIELD.finditer(text):
        if found[1] not in FIELDS:
            yield Wrong("unknown_variable", f"There is no {found[1]}: {', '.join(FIELDS)}")
    if _BRACES.search(_FIELD.sub("", text)):
        yield Wrong("field_malformed", 'A field is written {{ name }} or {{ name or "instead" }}')


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields put in; one without a value is what stands behind its `or`."""
    return _FIELD.sub(lambda found: values.get(found[1]) or found[2] or "", text)


def values_of(ticket: Ticket, agent: StaffMember) -> dict[str, str]:
    """What the fields stand for when `agent` answers a ticket."""
    name = ticket.requester.name or ""
    return {
        "requester.name": name,
        "requester.first_name": name.split(" ")[0],
        "ticket.subject": ticket.subject,
        "ticket.reference": ticket.reference,
        "ticket.created_on": ticket.created_at[:10],
        "agent.name": agent.name,
    }
