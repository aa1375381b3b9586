"""Whose telephone number somebody calls from, and what they have to do with us (row V12).

Three reads, whatever there is of a person: who asks and whose number it is are one, with the record
of whoever was first known by that number; the record of others comes with what was last said, and
their tickets are a third. Only who came of a merge, or has more entries than are looked through,
costs one more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.customers.contacts.find import holder_at, keys_of_address
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers, from_item, load
from shared.customers.countries import countries
from shared.customers.history.model import Entry
from shared.customers.history.repository import latest_with_record
from shared.customers.history.repository import page as history_page
from shared.customers.history.summary import is_contact
from shared.customers.identity import normalise_phone
from shared.kernel.errors import FieldError, Rejected
from shared.platform.requests import Item, Key
from shared.platform.tables import Table
from shared.support.tickets.listing import of_contact, page_of
from shared.support.tickets.model import TicketSummary
from shared.support.tickets.states import ENDED, TicketState

INTERACTIONS: Final = 5
_ENTRIES: Final = 40
"""So many of the latest entries are looked through for dealings with the person."""

_WITH_RECORD: Final = 100
"""So many where their record is read with them: of most people that is all."""

_TICKETS: Final = 50
_SETTLED: Final = frozenset({*ENDED, TicketState.RESOLVED})


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number (E.164) and where it is from: ISO 3166-1 code and name, if that can be
    told."""

    phone: str
    country: str | None
    country_name: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `contact` is `None` for a number of nobody; of them too there may be tickets and
    history, under the `contact_id` they will have. `tickets` are open ones, latest first."""

    number: Number
    contact_id: str
    contact: Contact | None
    tickets: list[TicketSummary]
    interactions: list[Entry]


def number_of(text: str, region: str | None) -> Number:
    """The number somebody gave; without a country code one of `region`. Raises `Rejected`."""
    import phonenumbers

    try:
        # What stands for `+` in an address is read as a space.
        given = f"+{text.strip()}" if text.startswith(" ") else text
        phone = normalise_phone(given, region)
    except ValueError as error:
        wrong = FieldError("phone", "phone_invalid", f"This is {error}")
        raise Rejected("validation_failed", fields=[wrong]) from None
    country = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    name = countries().get(country) if country else None
    return Number(phone, country if name else None, name)


def keys_of(number: Number) -> list[tuple[Table, Key]]:
    """What is to be read to know whose it is."""
    return [(customers, key) for key in keys_of_address("phone", number.phone)]


def caller(number: Number, found: Sequence[Item | None]) -> Caller:
    """Who calls, by what is at `keys_of`; the second of it may be left unread. Two queries."""
    holder, own = found
    contact_id = holder_at("phone", number.phone, holder)
    contact, entries = _person(contact_id, holder, own)
    if contact:
        contact_id = contact.contact_id
    tickets, _ = page_of(of_contact(contact_id), limit=_TICKETS, cursor=None)
    return Caller(
        number=number,
        contact_id=contact_id,
        contact=contact,
        tickets=[one for one in tickets if one.state not in _SETTLED],
        interactions=list(islice(filter(is_contact, entries), INTERACTIONS)),
    )


def _person(
    contact_id: str, holder: Item | None, own: Item | None
) -> tuple[Contact | None, Iterable[Entry]]:
    """The record behind an address's claim, and the latest entries."""
    if holder is None or "released" in holder:
        return None, history_page(contact_id, limit=_ENTRIES).entries
    if own and contact_key(contact_id)["pk"] == own["pk"] and "merged_into" not in own:
        return from_item(own), history_page(contact_id, limit=_ENTRIES).entries
    record, entries = latest_with_record(contact_id, limit=_WITH_RECORD)
    if record and "merged_into" not in record:
        return from_item(record), entries
    contact = load(contact_id)
    if contact and contact.contact_id != contact_id:
        return contact, history_page(contact.contact_id, limit=_ENTRIES).entries
    return contact, entries
