"""Hits: somebody or something asked for a message's pixel or followed a link (table `marketing`).

| entity | pk | sk |
|---|---|---|
| the links of a campaign, written once when it starts | `CAMPAIGN#<campaign_id>` | `LINKS` |
| hit, carrying its events; forgotten after 90 days | `CONTACT#<contact_id>` | `HIT#<campaign_id>#<at>#<hit_id>` |

| question | key | asked by |
|---|---|---|
| where a link leads | table | message_track, campaign_send, campaign_report |
| what was asked for of one message | table, `HIT#<campaign_id>#` | engagement_record |

A hit stands under its person, and is exported and erased with them. What the program called itself
is kept until it is judged by it. The id is the gateway's of the request: one request is one hit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from shared.kernel.clock import iso, parse_instant
from shared.marketing.events import MessageHit
from shared.marketing.tables import MARKETING
from shared.platform.requests import Condition, Item, Put
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed

from .tokens import Kind, Target

HIT: Final = "HIT#"
HUMAN: Final = 50
"""From so many percent on a hit counts as a person's."""

KEPT: Final = timedelta(days=90)
LONGEST_AGENT: Final = 400

marketing: Final = Table(MARKETING)

_NEW: Final = Condition(
    "hit_new", "attribute_not_exists(#pk)", "a request that is repeated was made once"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """What was asked for and how. `agent` is what the program calls itself; `ahead`: it said that
    it fetches before anybody looks. `human` (percent) and `reason` are set once it is judged."""

    campaign_id: str
    contact_id: str
    hit_id: str
    at: datetime
    kind: Kind
    link: int = 0
    method: str = "GET"
    agent: str = ""
    ahead: bool = False
    human: int | None = None
    reason: str | None = None

    @property
    def by_person(self) -> bool:
        """Whether it counts as a person's."""
        return self.human is not None and self.human >= HUMAN

    @property
    def key(self) -> dict[str, str]:
        """Its key."""
        return hit_key(self.campaign_id, self.contact_id, iso(self.at), self.hit_id)


def hit_key(campaign_id: str, contact_id: str, at: str, hit_id: str) -> dict[str, str]:
    """The key of a hit."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{HIT}{campaign_id}#{at}#{hit_id}"}


def take(target: Target, hit_id: str, how: dict[str, Any], now: datetime) -> None:
    """Store a hit of a target. One write. Raises what a write raises."""
    fact = MessageHit(
        event_id=f"hit_{hit_id}",
        occurred_at=now,
        campaign_id=target.campaign_id,
        contact_id=target.contact_id,
        hit_id=hit_id,
    )
    item: Item = {
        **hit_key(target.campaign_id, target.contact_id, iso(now), hit_id),
        "kind": target.kind,
        "link": target.link,
        "expires_at": int((now + KEPT).timestamp()),
        **how,
    }
    try:
        marketing.write(Put(item, _NEW, (fact,)))
    except ConditionFailed:
        return


def from_item(item: Item) -> Hit:
    """The hit a stored item stands for."""
    _, campaign_id, at, hit_id = str(item["sk"]).split("#", 3)
    return Hit(
        campaign_id=campaign_id,
        contact_id=item["pk"].removeprefix("CONTACT#"),
        hit_id=hit_id,
        at=parse_instant(at),
        kind=item["kind"],
        link=int(item["link"]),
        method=item.get("method", "GET"),
        agent=item.get("agent", ""),
        ahead=bool(item.get("ahead")),
        human=None if item.get("human") is None else int(item["human"]),
        reason=item.get("reason"),
    )


def links_key(campaign_id: str) -> dict[str, str]:
    """The key of a campaign's links."""
    return {"pk": f"CAMPAIGN#{campaign_id}", "sk": "LINKS"}


def links_op(campaign_id: str, addresses: Sequence[str]) -> Put:
    """Write the links of a campaign down. The condition is that of the campaign, which starts in
    the same write."""
    return Put({**links_key(campaign_id), "addresses": list(addresses)})


@lru_cache(maxsize=64)
def links_of(campaign_id: str) -> tuple[str, ...]:
    """Where the links of a campaign lead, the first being number one. One read per process, since
    they never change. Raises `LookupError` for a campaign without."""
    item = marketing.get(links_key(campaign_id))
    if item is None:
        raise LookupError(campaign_id)
    return tuple(item["addresses"])
