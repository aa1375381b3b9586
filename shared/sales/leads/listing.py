"""Lists of leads and of one lead's submissions, page by page."""

from datetime import datetime
from typing import Any, Final

from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.tables import Item, Page
from shared.sales.newest import newest_first

from .aliases import followed
from .model import LeadSummary
from .repository import STATE_SHARDS, SUBMISSION, lead_key, sales, summary
from .states import LeadState

_OWNER_POSITION: Final = ("pk", "sk", "owner_pk", "owner_sk")


def in_state(
    state: LeadState, *, limit: int, cursor: str | None, now: datetime
) -> tuple[list[LeadSummary], str | None]:
    """Leads in a state, newest first, and the cursor of the next page.

    Eventually consistent: a change shows after a moment. A page may be short, and is the last
    when it comes without cursor. Raises `Rejected` for a foreign cursor.
    """
    scope = f"leads:state:{state}"

    def pages(month: str, bound: str | None, number: int) -> list[Page]:
        return [
            sales.query(
                f"{state}#{month}#{shard}",
                index="by_state",
                before=bound,
                limit=number,
                forward=False,
            )
            for shard in range(STATE_SHARDS)
        ]

    after = unseal(cursor, key("cursor"), scope) if cursor else None
    items, position = newest_first(pages, "state_sk", now=now, limit=limit, after=after)
    return _page(items, position, scope)


def of_owner(
    owner_id: str, state: LeadState | None, *, limit: int, cursor: str | None
) -> tuple[list[LeadSummary], str | None]:
    """Leads of an owner, newest first within each state, and the cursor of the next page."""
    scope = f"leads:owner:{owner_id}:{state or ''}"
    after = unseal(cursor, key("cursor"), scope) if cursor else None
    page = sales.query(
        f"LEADS#{owner_id}",
        index="by_owner",
        begins=f"{state}#" if state else None,
        limit=limit,
        forward=False,
        after=after,
    )
    position = {name: str(page.after[name]) for name in _OWNER_POSITION} if page.after else None
    return _page(page.items, position, scope)


def submissions_of(
    lead_id: str, *, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """What a lead sent, as stored, newest first, and the cursor of the next page.

    Raises `NotFound` for an unknown lead.
    """
    lead = followed(lead_id)
    scope = f"submissions:{lead['lead_id']}"
    after = unseal(cursor, key("cursor"), scope) if cursor else None
    page = sales.query(
        lead_key(lead["lead_id"])["pk"], begins=SUBMISSION, limit=limit, forward=False, after=after
    )
    rest = page.after
    following = seal({k: str(v) for k, v in rest.items()}, key("cursor"), scope) if rest else None
    return page.items, following


def _page(
    items: list[Item], position: dict[str, str] | None, scope: str
) -> tuple[list[LeadSummary], str | None]:
    leads = [summary(item) for item in items]
    return leads, seal(position, key("cursor"), scope) if position else None
