"""Looking through suggestions, and saying that two are two."""

from datetime import datetime

from shared.customers.contacts.model import ContactSummary
from shared.kernel.clock import iso
from shared.kernel.errors import Busy, NotFound
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Key
from shared.platform.writes import ConditionFailed

from .model import Pair, PairState
from .repository import (
    in_order_of_score,
    keys_beside,
    load_pair,
    others_of,
    page_of_open,
    pairs_beside,
    pairs_of,
    store,
)

_SCOPE = "duplicates"
_ATTEMPTS = 4


def open_pairs(*, limit: int, cursor: str | None) -> tuple[list[Pair], str | None]:
    """Pairs nobody decided on yet, the likeliest first, and the next page's cursor."""
    after = unseal(cursor, key("cursor"), _SCOPE) if cursor else None
    pairs, rest = page_of_open(limit=limit, after=after)
    return pairs, seal(rest, key("cursor"), _SCOPE) if rest else None


def open_pairs_of(contact_id: str) -> list[Pair]:
    """A contact's pairs that nobody decided on yet, the likeliest first. Two reads."""
    return in_order_of_score(pairs_of(contact_id, others_of(contact_id)).values())


def keys_side_by_side(*, limit: int, cursor: str | None) -> tuple[list[Key], str | None]:
    """Where a page of open pairs is and the contacts they are of, and the next page's cursor. One
    read; `told_apart` says which is which."""
    after = unseal(cursor, key("cursor"), _SCOPE) if cursor else None
    keys, rest = keys_beside(limit=limit, after=after)
    return keys, seal(rest, key("cursor"), _SCOPE) if rest else None


def side_by_side_of(contact_id: str) -> tuple[list[Pair], dict[str, ContactSummary]]:
    """As `open_pairs_of`, with the others as they are, by id. Two reads."""
    others = others_of(contact_id)
    return pairs_beside(contact_id, others)


def dismiss(pair_id: str, by: str, now: datetime) -> Pair:
    """Say that two contacts are two people. It holds until what is compared of them changes.

    One that is dismissed stays so. Raises `NotFound` and `Busy`.
    """
    for _ in range(_ATTEMPTS):
        pair = load_pair(pair_id)
        if pair is None:
            raise NotFound("duplicate_not_found", "These two are not suggested as one")
        if pair.state is PairState.DISMISSED:
            return pair
        after = pair.model_copy(
            update={
                "state": PairState.DISMISSED,
                "dismissed_at": iso(now),
                "dismissed_by": by,
                "revision": pair.revision + 1,
            }
        )
        try:
            store(pair, after)
        except ConditionFailed:
            continue
        return after
    raise Busy("pair_contended")
