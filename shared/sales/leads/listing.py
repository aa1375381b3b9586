"""Lists of leads and of one lead's submissions, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.tables import Item, Page

from .aliases import followed
from .model import LeadSummary
from .query import LeadQuery
from .repository import (
    SUBMISSION,
    lead_key,
    owner_partition,
    owner_prefix,
    sales,
    summary,
)

AT_ONCE: Final = 1_000
"""So many leads are looked through for one page; DynamoDB ends at 1 MB, about as many."""

_START, _END = "0", "~"
"""Sort before and behind every instant."""


@dataclass(frozen=True, slots=True)
class LeadList:
    """One page. `next` is the cursor of the page that follows. `truncated`: the order asked for
    is that of `AT_ONCE` leads only, those newest in their state; there are more."""

    items: list[LeadSummary]
    next: str | None = None
    truncated: bool = False


def list_leads(query: LeadQuery, *, limit: int, cursor: str | None) -> LeadList:
    """A page of up to `limit` leads. One query, whatever is asked for.

    By creation within a state the list is exact, and a page of it may be short although more
    follow: `next` says. In any other order it is one of the newest `AT_ONCE`. Eventually
    consistent: a change shows after a moment. Raises `Rejected` for a foreign cursor.
    """
    at = unseal(cursor, key("cursor"), query.scope) if cursor else None
    return _by_key(query, limit, at) if query.by_key else _sorted(query, limit, at)


def every_lead(query: LeadQuery, pages: int) -> Iterator[LeadSummary | None]:
    """All leads of a list in the order of the index, from at most so many queries; at the end
    `None` if there are more."""
    after: Item | None = None
    for _ in range(pages):
        page = _read(query, limit=None, after=after)
        yield from filter(query.matches, map(summary, page.items))
        if (after := page.after) is None:
            return
    yield None


def in_short(lead_ids: list[str]) -> dict[str, LeadSummary]:
    """The leads among up to a hundred ids, in short. One call."""
    wanted = [lead_key(one) for one in dict.fromkeys(lead_ids)]
    items = sales.get_many(wanted, consistent=False) if wanted else []
    leads = [summary(item) for item in items if "state" in item]
    return {lead.lead_id: lead for lead in leads}


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


def _by_key(query: LeadQuery, limit: int, at: dict[str, str] | None) -> LeadList:
    page = _read(query, limit=AT_ONCE if query.selects else limit + 1, after=at)
    found: list[LeadSummary] = []
    last: dict[str, str] = {}
    for item in page.items:
        lead = summary(item)
        if not query.matches(lead):
            continue
        if len(found) == limit:
            return LeadList(found, _seal(query, last))
        found.append(lead)
        last = _position(query, item)
    rest = {name: str(value) for name, value in page.after.items()} if page.after else None
    return LeadList(found, _seal(query, rest) if rest else None)


def _sorted(query: LeadQuery, limit: int, at: dict[str, str] | None) -> LeadList:
    page = _read(query, limit=AT_ONCE)
    leads = query.ordered(filter(query.matches, map(summary, page.items)))
    if at:
        shown = (at["value"], at["lead_id"])
        leads = [lead for lead in leads if query.follows(lead, shown)]
    rest = None
    if len(leads) > limit:
        rest = dict(zip(("value", "lead_id"), query.position(leads[limit - 1]), strict=True))
    return LeadList(leads[:limit], _seal(query, rest) if rest else None, page.after is not None)


def _read(query: LeadQuery, *, limit: int | None, after: dict[str, Any] | None = None) -> Page:
    """Leads of the list's owner and state, newest first unless asked for otherwise."""
    forward = query.by_key and not query.descending
    state = query.one_state
    since, until = query.created_from or _START, query.created_to or _END
    if not query.owner:
        assert state is not None
        return sales.query(
            state,
            index="by_state",
            between=(since, until) if query.created_from or query.created_to else None,
            limit=limit,
            forward=forward,
            after=after,
        )
    prefix = owner_prefix(state) if state else ""
    return sales.query(
        owner_partition(query.owner),
        index="by_owner",
        between=(f"{prefix}{since}", f"{prefix}{until}") if state else None,
        limit=limit,
        forward=forward,
        after=after,
    )


def _position(query: LeadQuery, item: Item) -> dict[str, str]:
    index = ("owner_pk", "owner_sk") if query.owner else ("state_pk", "state_sk")
    return {name: str(item[name]) for name in ("pk", "sk", *index)}


def _seal(query: LeadQuery, position: dict[str, str]) -> str:
    return seal(position, key("cursor"), query.scope)
