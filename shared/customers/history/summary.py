"""What the next colleague has to know of a person before saying a word (row C2)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.customers.contacts.model import DEFAULT_ZONE, Contact
from shared.customers.identity import lead_id_of, symbols_of
from shared.customers.products.model import Owned
from shared.customers.products.owned import owned
from shared.customers.promises.model import Promise, PromiseState
from shared.kernel.clock import iso

from .best_time import BestTime, best_time
from .kept import kept_of
from .model import Entry
from .open_matters import Matters, OpenMatter, in_order
from .people import person
from .repository import REPLIES_COUNT, page
from .words import DEALINGS

LAST_CONTACTS: Final = 20
PRODUCTS: Final = 20
MOST_LEADS: Final = 10

_FORM: Final = "form_submitted"


@dataclass(frozen=True, slots=True)
class LastPlace:
    """Where somebody was last, and when (ISO text)."""

    place: str
    at: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A person at a glance. `contact` is `None` where there is no record yet.

    `open_matters` and `promised` come soonest due first, `last_contacts` and `products` newest
    first. `best` is when and how they answer, `place` where they were last.
    """

    contact_id: str
    contact: Contact | None
    open_matters: list[OpenMatter]
    promised: list[Promise]
    last_contacts: list[Entry]
    products: list[Owned]
    best: BestTime | None
    place: LastPlace | None


def summarised(contact_id: str, areas: Sequence[Matters], now: datetime) -> Summary:
    """The summary of the person that `contact_id` now means; `areas` say what is open.

    Three reads beside those of the areas, four where there is no record. Raises `NotFound` where
    nothing is known of them.
    """
    whose, contact = person(contact_id)
    return summary_of(whose, contact, areas, now)


def summary_of(
    whose: str, contact: Contact | None, areas: Sequence[Matters], now: datetime
) -> Summary:
    """The summary of a person whose record is `contact`. Two reads beside those of the areas."""
    contacts = page(whose, limit=LAST_CONTACTS, wanted=is_contact).entries
    kept = kept_of(whose, iso(now - REPLIES_COUNT))
    zone = contact.zone if contact else DEFAULT_ZONE
    return Summary(
        contact_id=whose,
        contact=contact,
        open_matters=matters_of(whose, contact, areas, now, among=contacts),
        promised=[one for one in kept.promises if one.state is PromiseState.OPEN],
        last_contacts=contacts,
        products=owned(kept.bought)[:PRODUCTS],
        best=best_time(kept.replies, zone),
        place=LastPlace(*kept.place) if kept.place else None,
    )


def matters_of(
    whose: str,
    contact: Contact | None,
    areas: Sequence[Matters],
    now: datetime,
    *,
    among: Iterable[Entry] = (),
) -> list[OpenMatter]:
    """What is open about a person, soonest due first. `among` are entries of their history, whose
    leads are theirs too. The reads are those of the areas."""
    leads = _leads(whose, contact, among)
    return in_order([one for area in areas for one in area(whose, leads, now)])


def is_contact(entry: Entry) -> bool:
    """Whether somebody dealt with the person, or they with us."""
    return entry.kind in DEALINGS or entry.kind == _FORM


def _leads(contact_id: str, contact: Contact | None, entries: Iterable[Entry]) -> Collection[str]:
    """The ids of leads that may be this person: of the address they first came with, of each
    address they have, and of what happened lately."""
    found = {f"lead_{symbols_of(contact_id)}": None}
    if contact:
        found |= dict.fromkeys(contact.lead_ids)
        found |= {str(lead_id_of("email", one.address)): None for one in contact.emails}
        found |= {str(lead_id_of("phone", one.number)): None for one in contact.phones}
    found |= {lead: None for entry in entries if (lead := entry.refs.get("lead_id"))}
    return list(found)[:MOST_LEADS]
