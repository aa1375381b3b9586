"""Looking through suggestions, and saying that two are two."""

from datetime import datetime

from shared.kernel.clock import iso
from shared.kernel.errors import Busy, NotFound
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.writes import ConditionFailed

from .model import Pair, PairState
from .repository import load_pair, others_of, page_of_open, pairs_of, store

_SCOPE = "duplicates"
_ATTEMPTS = 4


def open_pairs(*, limit: int, cursor: str | None) -> tuple[list[Pair], str | None]:
    """Pairs nobody decided on yet, the likeliest first, and the next page's cursor."""
    after = unseal(cursor, key("cursor"), _SCOPE) if cursor else None
    pairs, rest = page_of_open(limit=limit, after=after)
    return pairs, seal(rest, key("cursor"), _SCOPE) if rest else None


def open_pairs_of(contact_id: str) -> list[Pair]:
    """A contact's pairs that nobody decided on yet, the likeliest first. Two reads."""
    found = pairs_of(contact_id, others_of(contact_id)).values()
    still = [pair for pair in found if pair.state is PairState.OPEN]
    return sorted(still, key=lambda pair: (-pair.score, pair.pair_id))


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
