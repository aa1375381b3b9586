"""What `contact_history` takes and answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from shared.customers.access.showing import show
from shared.customers.channels.touch_points import TouchPoint
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import from_item
from shared.customers.contacts.view import ContactView
from shared.customers.history.best_time import BestTime
from shared.customers.history.listing import History, Wanted
from shared.customers.history.model import Entry
from shared.customers.history.open_matters import OpenMatter
from shared.customers.history.summary import Summary
from shared.customers.history.words import said
from shared.customers.products.model import Owned
from shared.customers.promises.model import Promise
from shared.platform.auth import Staff

Names = Mapping[str, str]


class HistoryQuery(BaseModel):
    """`?kind=&channel=&touch_point=&from=&to=&visible=true&limit=&cursor=`: several kinds, channels
    or touch points with commas between; from an instant to before another."""

    model_config = ConfigDict(populate_by_name=True)

    kind: frozenset[str] = Field(default=frozenset(), max_length=50)
    channel: frozenset[str] = Field(default=frozenset(), max_length=50)
    touch_point: frozenset[TouchPoint] = Field(default=frozenset(), max_length=15)
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")
    visible: bool = False
    cursor: str | None = None

    @field_validator("kind", "channel", "touch_point", mode="before")
    @classmethod
    def _several(cls, text: Any) -> Any:
        return [one for one in text.split(",") if one] if isinstance(text, str) else text

    def wanted(self) -> Wanted:
        """Which entries are asked for."""
        return Wanted(
            kinds=self.kind,
            channels=self.channel,
            touch_points=self.touch_point,
            since=self.since,
            until=self.until,
            visible=self.visible,
        )


class EntryView(Entry):
    """An entry, and what it says in a sentence."""

    said: str

    @classmethod
    def of(cls, entry: Entry, names: Names) -> Self:
        """The view of an entry."""
        return cls(**entry.model_dump(), said=said(entry, names))


class HistoryPage(BaseModel):
    """A person and what happened, newest first; `next` is the cursor of what is older.

    `contact` is `null` for a person of whom there is no record yet.
    """

    contact_id: str
    contact: ContactView | None
    entries: list[EntryView]
    next: str | None

    @classmethod
    def of(cls, history: History, names: Names, by: Staff, now: datetime) -> Self:
        """The page of a history as `by` sees it."""
        contact = from_item(history.contact) if history.contact else None
        return cls(
            contact_id=history.contact_id,
            contact=show(contact, by, now, via="api") if contact else None,
            entries=[EntryView.of(one, names) for one in history.entries],
            next=history.next,
        )


class Preferences(BaseModel):
    """How the person likes to be dealt with, as far as they said."""

    preferred_channel: str | None = None
    language: str | None = None
    zone: str | None = None

    @classmethod
    def of(cls, contact: Contact | None) -> Self:
        """What is known of a person; nothing that is only assumed."""
        said = contact.model_dump(exclude_unset=True) if contact else {}
        return cls(**{name: said.get(name) for name in cls.model_fields})


class Best(BestTime):
    """The best hour and channel, the hour also as a span."""

    between: str

    @classmethod
    def of(cls, best: BestTime) -> Self:
        """The view of it."""
        return cls(**best.model_dump(), between=best.hours)


class PlaceView(BaseModel):
    """Where the person was last, and when."""

    place: str
    at: str


class PromiseView(Promise):
    """A promise, and whether it is overdue as this is answered."""

    is_overdue: bool

    @classmethod
    def at(cls, promise: Promise, now: datetime) -> Self:
        """The view of a promise at an instant."""
        return cls(**promise.model_dump(), is_overdue=promise.overdue(now))


class SummaryView(BaseModel):
    """A person at a glance, for whoever takes over (see `Summary`)."""

    contact_id: str
    contact: ContactView | None
    preferences: Preferences
    open_matters: list[OpenMatter]
    promised: list[PromiseView]
    last_contacts: list[EntryView]
    products: list[Owned]
    best_time: Best | None
    last_place: PlaceView | None

    @classmethod
    def of(cls, summary: Summary, names: Names, by: Staff, now: datetime) -> Self:
        """The summary as `by` sees it."""
        contact = summary.contact
        return cls(
            contact_id=summary.contact_id,
            contact=show(contact, by, now, via="api") if contact else None,
            preferences=Preferences.of(contact),
            open_matters=summary.open_matters,
            promised=[PromiseView.at(one, now) for one in summary.promised],
            last_contacts=[EntryView.of(one, names) for one in summary.last_contacts],
            products=summary.products,
            best_time=Best.of(summary.best) if summary.best else None,
            last_place=PlaceView(place=summary.place.place, at=summary.place.at)
            if summary.place
            else None,
        )


class Products(BaseModel):
    """What the person owns, last bought first. `complete`: these are all."""

    items: list[Owned]
    complete: bool


class Promises(BaseModel):
    """What the person was promised: open ones soonest due first, then settled ones."""

    items: list[PromiseView]
