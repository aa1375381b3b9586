"""A person's history, page by page, as staff read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.customers.channels.touch_points import TouchPoint
from shared.customers.contacts.repository import MAX_HOPS, contact_key, customers
from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Item

from .model import Entry
from .repository import page

NOT_FOUND: Final = "There is no such contact"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of these kinds, channels and touch points (none given: of all), from
    `since` to before `until`, and only what the person may see where `visible` says so."""

    kinds: frozenset[str] = field(default_factory=frozenset)
    channels: frozenset[str] = field(default_factory=frozenset)
    touch_points: frozenset[TouchPoint] = field(default_factory=frozenset)
    since: datetime | None = None
    until: datetime | None = None
    visible: bool = False

    @property
    def everything(self) -> bool:
        """Whether no entry is left out for what it is."""
        return not (self.kinds or self.channels or self.touch_points or self.visible)

    def __contains__(self, entry: Entry) -> bool:
        return (
            (not self.kinds or entry.kind in self.kinds)
            and (not self.channels or entry.channel in self.channels)
            and (not self.touch_points or entry.touch_point in self.touch_points)
            and (entry.visible or not self.visible)
        )

    def scope(self, contact_id: str) -> str:
        """What a cursor of such a list is good for."""
        parts = [
            *sorted(self.kinds),
            *sorted(self.channels),
            *sorted(self.touch_points),
            iso(self.since) if self.since else "",
            iso(self.until) if self.until else "",
            "visible" if self.visible else "",
        ]
        return f"contact-history:{contact_id}:{'|'.join(parts)}"


@dataclass(frozen=True, slots=True)
class History:
    """A page of a person's history, newest first. `contact` is their record as stored, `None`
    where there is none yet; `next` the cursor of what is older."""

    contact_id: str
    contact: Item | None
    entries: list[Entry]
    next: str | None


def contact_history(
    contact_id: str, own: Item | None, wanted: Wanted, *, limit: int, cursor: str | None
) -> History:
    """A page of the history of the person that `contact_id` now means, whose item is `own`.

    One query, and one read more per merge on the way. Raises `NotFound` where there is neither a
    record nor anything that happened, and `Rejected` for a foreign cursor.
    """
    whose, contact = _now(contact_id, own)
    scope = wanted.scope(whose)
    found = page(
        whose,
        limit=limit,
        after=unseal(cursor, key("cursor"), scope)["sk"] if cursor else None,
        since=iso(wanted.since) if wanted.since else "",
        until=iso(wanted.until) if wanted.until else "~",
        wanted=None if wanted.everything else wanted.__contains__,
    )
    if contact is None and not found.entries and not cursor and not _happened(whose, wanted):
        raise NotFound("contact_not_found", NOT_FOUND)
    rest = seal({"sk": found.after}, key("cursor"), scope) if found.after else None
    return History(whose, contact, found.entries, rest)


def own_key(contact_id: str) -> dict[str, str]:
    """The key of the record of a contact. Raises `NotFound` for what cannot be its id."""
    if not is_id("contact", contact_id):
        raise NotFound("contact_not_found", NOT_FOUND)
    return contact_key(contact_id)


def _now(contact_id: str, own: Item | None) -> tuple[str, Item | None]:
    for _ in range(MAX_HOPS):
        if own is None or "merged_into" not in own:
            return contact_id, own
        contact_id = str(own["merged_into"])
        own = customers.get(contact_key(contact_id))
    raise NotFound("contact_not_found", NOT_FOUND)


def _happened(contact_id: str, wanted: Wanted) -> bool:
    unfiltered = wanted.everything and wanted.since is None and wanted.until is None
    return not unfiltered and bool(page(contact_id, limit=1).entries)
