"""What a merge would do, before it is done."""

from collections import Counter
from typing import Final

from pydantic import BaseModel, ConfigDict

from shared.customers.consents.model import Consent
from shared.customers.consents.repository import of_contact
from shared.customers.consents.standing import merged as most_restrictive
from shared.customers.contacts.repository import contact_key, from_item
from shared.kernel.errors import Conflict, NotFound, Rejected
from shared.platform.requests import Item

from .fields import FieldChoice, choices_between, survivor
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


def preview(winner_id: str, loser_id: str) -> Preview:
    """See `Preview`. Four reads, one of a megabyte at most. Raises `NotFound`, `Conflict` (`already_merged`)
    and `Rejected` (`same_contact`)."""
    if winner_id == loser_id:
        raise Rejected("same_contact", "A contact cannot be merged with itself")
    keys = [contact_key(one) for one in (winner_id, loser_id)]
    found = {item["pk"]: item for item in customers.get_many(keys)}
    winner, loser = (from_item(_there(found.get(key["pk"]))) for key in keys)
    page = customers.query(keys[1]["pk"], limit=COUNTED)
    moving = Counter(_kind(one) for one in page.items if not one["sk"].startswith(STAYS))
    return Preview(
        winner_id=winner_id,
        loser_id=loser_id,
        proposed_winner=survivor(winner, loser),
        versions={"winner": winner.version, "loser": loser.version},
        fields=choices_between(winner, loser),
        moves=dict(sorted(moving.items())),
        more=page.after is not None,
        consents=most_restrictive(of_contact(winner_id), of_contact(loser_id)),
    )


def _there(item: Item | None) -> Item:
    if item is None:
        raise NotFound("contact_not_found", "There is no such contact")
    if "merged_into" in item:
        raise Conflict("already_merged", "It was merged", contact_id=item["merged_into"])
    return item


def _kind(item: Item) -> str:
    return next((name for begins, name in _NAMES.items() if item["sk"].startswith(begins)), "other")
