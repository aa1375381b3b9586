"""Reading an audience page by page, in an order that stays: nobody is met twice, and what it takes
does not depend on how many there are."""

from collections.abc import Mapping
from typing import Final

from shared.customers.contacts.repository import customers
from shared.customers.lists.repository import MEMBER, list_key
from shared.marketing.segments.repository import SHARDS, marketing

from .model import Audience

Place = Mapping[str, str]
"""Where the next page begins."""

_START: Final = {"shard": "0"}


def audience_page(
    audience: Audience, place: Place | None, limit: int
) -> tuple[list[str], Place | None]:
    """Up to `limit` contact ids, and where the next ones begin (`None`: that was all). A page may
    hold fewer, none even, though more follow. One query."""
    at = dict(place or _START)
    if audience.list_id:
        pk = list_key(audience.list_id)["pk"]
        after = {"pk": pk, "sk": f"{MEMBER}{at['after']}"} if "after" in at else None
        page = customers.query(pk, begins=MEMBER, limit=limit, after=after, consistent=True)
        found = [one["sk"].removeprefix(MEMBER) for one in page.items]
        return found, {"after": found[-1]} if page.after and found else None
    shard = int(at["shard"])
    page = marketing.query(
        f"SEGMENT#{audience.segment_id}#{shard}",
        index="by_segment",
        beyond=at.get("after"),
        limit=limit,
    )
    found = [one["segment_sk"] for one in page.items]
    if page.after and found:
        return found, {"shard": str(shard), "after": found[-1]}
    return found, {"shard": str(shard + 1)} if shard + 1 < SHARDS else None
