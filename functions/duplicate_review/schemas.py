"""What `duplicate_review` answers."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from shared.customers.access.showing import listed
from shared.customers.contacts.model import ContactSummary
from shared.customers.contacts.repository import in_short
from shared.customers.duplicates.model import Pair, PairState


class PairView(BaseModel):
    """Two contacts that may be one person: how likely (0 to 1), and why."""

    duplicate_id: str
    score: float
    reasons: list[str]
    state: PairState
    found_at: str
    dismissed_at: str | None = None
    dismissed_by: str | None = None
    contacts: list[ContactSummary]


class PairPage(BaseModel):
    """Some pairs; `next` is the cursor of those that follow."""

    items: list[PairView]
    next: str | None

    @classmethod
    def of(cls, pairs: Sequence[Pair], now: datetime, rest: str | None = None) -> "PairPage":
        """The page of pairs, with the contacts as they are. One read per hundred."""
        found = in_short(one for pair in pairs for one in (pair.one_id, pair.other_id))
        known = {one.contact_id: one for one in listed(found.values(), now)}
        return cls(items=[_view(pair, known) for pair in pairs], next=rest)


def _view(pair: Pair, known: dict[str, ContactSummary]) -> PairView:
    return PairView(
        duplicate_id=pair.pair_id,
        contacts=[known[one] for one in (pair.one_id, pair.other_id) if one in known],
        **{
            name: getattr(pair, name)
            for name in PairView.model_fields.keys() & pair.model_fields_set
        },
    )
