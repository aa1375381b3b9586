"""What `screen_pop` takes and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.customers.access.showing import show
from shared.customers.contacts.view import ContactView
from shared.customers.history.model import Entry
from shared.customers.history.words import said
from shared.marketing.templates.offered import Offered
from shared.platform.auth import Staff
from shared.support.screen_pop.caller import Caller


class CallQuery(BaseModel):
    """`?phone=&region=`: the number as it came; `region` (ISO 3166-1) says of which country one
    without a country code is."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(min_length=1, max_length=40)
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None


class NewContactCard(BaseModel):
    """What is known of a caller nobody has a record of: send it to `POST /v1/contacts` with a
    name."""

    phone: str
    country: str | None
    country_name: str | None


class OpenTicket(BaseModel):
    """A ticket that is not settled."""

    ticket_id: str
    reference: str
    subject: str
    state: str
    priority: str
    queue: str
    owner_id: str | None
    due_at: str | None
    due_clock: str | None
    updated_at: str
    proven: bool


class InteractionView(Entry):
    """A dealing with the person, and what it says in a sentence."""

    said: str


class OfferView(BaseModel):
    """What marketing offers the person at present, and the template that says so."""

    template_id: str
    template: str
    text: str


class ScreenPop(BaseModel):
    """Who calls. Of a number nobody has, `contact` is `null` and `create` the card to make one."""

    known: bool
    phone: str
    contact_id: str
    contact: ContactView | None
    create: NewContactCard | None
    tickets: list[OpenTicket]
    interactions: list[InteractionView]
    offers: list[OfferView]

    @classmethod
    def of(
        cls,
        found: Caller,
        offers: Sequence[Offered],
        names: Mapping[str, str],
        by: Staff,
        now: datetime,
    ) -> Self:
        """The screen of a caller as `by` sees it."""
        number, contact = found.number, found.contact
        card = NewContactCard(
            phone=number.phone, country=number.country, country_name=number.country_name
        )
        return cls(
            known=contact is not None,
            phone=number.phone,
            contact_id=found.contact_id,
            contact=show(contact, by, now, via="api") if contact else None,
            create=None if contact else card,
            tickets=[OpenTicket.model_validate(_facts(one)) for one in found.tickets],
            interactions=[
                InteractionView(**one.model_dump(), said=said(one, names))
                for one in found.interactions
            ],
            offers=[OfferView(**asdict(one)) for one in offers],
        )


def _facts(ticket: Any) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in OpenTicket.model_fields}
