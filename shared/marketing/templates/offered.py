"""What marketing offers somebody at present: for whoever has them on the telephone (row V12)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from shared.customers.contacts.model import Contact

from .model import Template
from .offers import offer_for
from .repository import stored_templates

REMEMBERED_SECONDS: Final = 60
"""So long a process may go on offering what was changed."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, and the template it is of."""

    template_id: str
    template: str
    text: str


def offers_to(contact: Contact, now: datetime) -> list[Offered]:
    """Of each template in use the offer that is meant for a contact, if one is. One query, at most
    once a minute. Whoever was put away is offered nothing."""
    if contact.deleted_at:
        return []
    known = _with_offers(int(now.timestamp()) // REMEMBERED_SECONDS)
    found = [
        Offered(template_id, one.name, text)
        for template_id, one in known
        if (text := offer_for(contact, one.offers))
    ]
    return list({one.text: one for one in found}.values())


@lru_cache(maxsize=1)
def _with_offers(minute: int) -> tuple[tuple[str, Template], ...]:
    return tuple(
        (one.name, one.value)
        for one in stored_templates.all_active()
        if one.value.offers and not one.value.archived
    )
