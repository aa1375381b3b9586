"""Whose telephone number somebody calls from, and what they have to do with us (row V12).

Three reads, whatever there is of a person: who asks, whose number it is and their record are one;
what was last said is another, their tickets a third. Only who has the number as a second one, or
came of a merge, costs one more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.customers.contacts.find import contact_at_address, keys_of_address
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import customers
from shared.customers.countries import countries
from shared.customers.history.model import Entry
from shared.customers.history.repository import page as history_page
from shared.customers.history.summary import is_contact
from shared.customers.identity import contact_id_of, normalise_phone
from shared.kernel.errors import FieldError, Rejected
from shared.platform.requests import Item, Key
from shared.platform.tables import Table
from shared.support.tickets.listing import of_contact, page_of
from shared.support.tickets.model import TicketSummary
from shared.support.tickets.states import ENDED, TicketState

INTERACTIONS: Final = 5
_ENTRIES: Final = 40
"""So many of the latest entries are looked through for dealings with the person."""

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
    """Who calls, by what is at `keys_of`. Two queries."""
    holder, item = found
    contact = contact_at_address("phone", number.phone, holder, item)
    contact_id = contact.contact_id if contact else str(contact_id_of("phone", number.phone))
    entries = history_page(contact_id, limit=_ENTRIES).entries
    tickets, _ = page_of(of_contact(contact_id), limit=_TICKETS, cursor=None)
    return Caller(
        number=number,
        contact_id=contact_id,
        contact=contact,
        tickets=[one for one in tickets if one.state not in _SETTLED],
        interactions=[one for one in entries if is_contact(one)][:INTERACTIONS],
    )
