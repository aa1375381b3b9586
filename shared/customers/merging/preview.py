"""What a merge would do, before it is done."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from shared.customers.access.model import Via
from shared.customers.access.showing import show
from shared.customers.consents.model import Consent
from shared.customers.consents.repository import CONSENT, of_contact
from shared.customers.consents.standing import merged as most_restrictive
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, from_item
from shared.kernel.errors import Conflict, NotFound, Rejected
from shared.kernel.ids import is_id
from shared.platform.auth import Staff
from shared.platform.requests import Item

from .fields import FieldChoice, choices_between, survivor, values_of
from .moving import STAYS
from .repository import customers

COUNTED: Final = 1_000
"""So many things are counted that move; `more` says that there are others."""

_NAMES: Final = {
    "HISTORY#": "history",
    "PRODUCT#": "products",
    "LIST#": "lists",
    "PROMISE#": "promises",
    "CHANGE#": "changes",
    "CONSENT_LOG#": "decisions",
}


class Preview(BaseModel):
    """Two contacts side by side. `proposed_winner` is who is known better; `versions` are to be
    sent with the merge. `moves` counts what would change places, by kind; `consents` would hold
    after."""

    model_config = ConfigDict(frozen=True)

    winner_id: str
    loser_id: str
    proposed_winner: str
    versions: dict[str, int]
    fields: list[FieldChoice]
    moves: dict[str, int]
    more: bool
    consents: list[Consent]


@dataclass(frozen=True, slots=True)
class Sides:
    """The two contacts of a merge as stored."""

    winner: Contact
    loser: Contact

    @property
    def proposed_winner(self) -> str:
        """Who is known better."""
        return survivor(self.winner, self.loser)

    @property
    def versions(self) -> dict[str, int]:
        """At which they are looked at."""
        return {"winner": self.winner.version, "loser": self.loser.version}


class Effects(BaseModel):
    """What a merge would do beside the record: see `Preview`."""

    model_config = ConfigDict(frozen=True)

    moves: dict[str, int]
    more: bool
    consents: list[Consent]


def preview(winner_id: str, loser_id: str, by: Staff, now: datetime) -> Preview:
    """See `Preview`; values are masked as the roles of `by` ask. Three reads, one of a megabyte
    at most, and a write for each contact with sensitive fields. Raises as `sides`."""
    both = sides(winner_id, loser_id)
    effects = effects_of(winner_id, loser_id)
    return Preview(
        winner_id=winner_id,
        loser_id=loser_id,
        proposed_winner=both.proposed_winner,
        versions=both.versions,
        fields=seen(both, by, now, via="api"),
        moves=effects.moves,
        more=effects.more,
        consents=effects.consents,
    )


def sides(winner_id: str, loser_id: str) -> Sides:
    """Both contacts. One read. Raises `NotFound`, `Conflict` (`already_merged`) and `Rejected`
    (`same_contact`)."""
    if winner_id == loser_id:
        raise Rejected("same_contact", "A contact cannot be merged with itself")
    ids = (winner_id, loser_id)
    keys = [contact_key(one) for one in ids if is_id("contact", one)]
    found = {item["pk"]: item for item in customers.get_many(keys)} if keys else {}
    return Sides(*(from_item(_there(found.get(contact_key(one)["pk"]))) for one in ids))


def seen(both: Sides, by: Staff, now: datetime, *, via: Via) -> list[FieldChoice]:
    """Field by field what there is to choose, as `by` sees it; values that nobody sees are left
    out. A write for each contact with sensitive fields."""
    ours, theirs = (values_of(show(one, by, now, via=via)) for one in (both.winner, both.loser))
    return [
        one.model_copy(update={"winner": ours.get(one.field), "loser": theirs.get(one.field)})
        for one in choices_between(both.winner, both.loser)
        if one.field in ours or one.field in theirs
    ]


def effects_of(winner_id: str, loser_id: str) -> Effects:
    """What moves, and what the person would allow. Two reads, one of a megabyte at most; one more
    where the loser has changed very often."""
    page = customers.query(contact_key(loser_id)["pk"], limit=COUNTED)
    asked_all = page.after is None or page.after["sk"] > f"{CONSENT}~"
    theirs = (
        [Consent.model_validate(item) for item in page.items if item["sk"].startswith(CONSENT)]
        if asked_all
        else of_contact(loser_id)
    )
    moving = Counter(_kind(one) for one in page.items if not one["sk"].startswith(STAYS))
    return Effects(
        moves=dict(sorted(moving.items())),
        more=page.after is not None,
        consents=most_restrictive(of_contact(winner_id), theirs),
    )


def _there(item: Item | None) -> Item:
    if item is None:
        raise NotFound("contact_not_found", "There is no such contact")
    if "merged_into" in item:
        raise Conflict("already_merged", "It was merged", contact_id=item["merged_into"])
    return item


def _kind(item: Item) -> str:
    return next((name for begins, name in _NAMES.items() if item["sk"].startswith(begins)), "other")
