"""Recipients of a campaign by what became of them, some at a time.

Whoever needs a look (put off, skipped, failed, unknown) is in an index of their own, in few parts:
finding three among a million takes as long as finding three. The others are nearly all sent, and
are read where they are.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, get_args

from shared.kernel.errors import FieldError, Rejected
from shared.kernel.paging import seal, unseal
from shared.marketing.campaigns.repository import marketing, need
from shared.platform.keys import key
from shared.platform.requests import Item

from .recipient import PARTS_LISTED, SHARDS, Row, listed_partition, shard_partition

Listed = Literal["sent", "skipped", "failed", "deferred", "unknown"]

QUERIES: Final = 6
"""So many for a page, which then ends early and says where it goes on."""


def recipients(
    campaign_id: str, state: str | None, limit: int, cursor: str | None
) -> tuple[list[Item], str | None]:
    """A page of a campaign's recipients in a state, as stored, and the cursor of what follows. A
    page may hold fewer than `limit`, though more follow. Raises `NotFound` and `Rejected`."""
    if state is None or state not in get_args(Listed):
        message = f"One of {', '.join(get_args(Listed))}"
        raise Rejected("validation_failed", fields=[FieldError("state", "state_unknown", message)])
    need(campaign_id)
    return recipients_in(campaign_id, state, limit, cursor)


def recipients_in(
    campaign_id: str, state: str, limit: int, cursor: str | None, queries: int = QUERIES
) -> tuple[list[Item], str | None]:
    """`recipients` of a campaign that is known to be there, in a state there is."""
    scope = f"recipients:{campaign_id}:{state}"
    place = unseal(cursor, key("cursor"), scope) if cursor else {"part": "0"}
    partitions = list(_partitions(campaign_id, Row(state)))
    index = "by_state" if state in PARTS_LISTED else None
    part, after = int(place["part"]), _without_part(place)
    found: list[Item] = []
    for _ in range(queries):
        page = marketing.query(
            partitions[part], index=index, limit=limit - len(found), after=after or None
        )
        found += [one for one in page.items if one["state"] == state]
        after = page.after or {}
        if page.after is None:
            part += 1
        if len(found) >= limit or part == len(partitions):
            break
    if part == len(partitions):
        return found, None
    rest = {"part": str(part), **{name: str(value) for name, value in after.items()}}
    return found, seal(rest, key("cursor"), scope)


def _partitions(campaign_id: str, state: Row) -> Iterator[str]:
    if parts := PARTS_LISTED.get(state):
        return (listed_partition(campaign_id, state, part) for part in range(parts))
    return (shard_partition(campaign_id, shard) for shard in range(SHARDS))


def _without_part(place: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in place.items() if name != "part"}
