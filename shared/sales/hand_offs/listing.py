"""Hand-offs of a person, or those that wait for one, page by page."""

from typing import Final

from shared.kernel.errors import Forbidden
from shared.kernel.paging import seal, unseal
from shared.platform.auth import Staff
from shared.platform.keys import key

from .model import UNASSIGNED, HandOff, HandOffState
from .repository import page_of

ME: Final = "me"


def list_hand_offs(
    by: Staff, *, owner: str, state: HandOffState, limit: int, cursor: str | None
) -> tuple[list[HandOff], str | None]:
    """Up to `limit` hand-offs, soonest due first, with the next page's cursor.

    `owner` is `me`, a staff id or `unassigned`; anybody may see what waits for a person, their own
    and no one else's, but sales managers see all.
    """
    whose = by.staff_id if owner == ME else owner
    if whose not in (by.staff_id, UNASSIGNED) and not by.has("sales_manager"):
        raise Forbidden("not_the_owner", "These hand-offs belong to somebody else")
    if whose == UNASSIGNED and state is HandOffState.OPEN:
        state = HandOffState.UNASSIGNED
    scope = f"hand-offs:{whose}:{state}"
    after = unseal(cursor, key("cursor"), scope) if cursor else None
    found, rest = page_of(whose, state, limit=limit, after=after)
    return found, seal(rest, key("cursor"), scope) if rest else None
