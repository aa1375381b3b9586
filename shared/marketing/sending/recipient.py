"""A recipient of a campaign: where they stand, and what is kept of that. Pure.

| state | meaning |
|---|---|
| `claimed` | being sent, or the sender died |
| `sent` | the provider took it, as `provider_id` |
| `skipped` | not to be sent, for `reason` |
| `failed` | it cannot be made or the provider will never take it, for `reason` |
| `deferred` | to be looked at again at `until`, for `reason`; the item carries the timer |
| `released` | surely not sent; whoever comes next tries again |
| `unknown` | it may have been sent, and never is again |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

from shared.kernel.clock import parse_instant
from shared.marketing.campaigns.repository import (
    COUNTED,
    COUNTERS,
    HEARD,
)
from shared.platform import timers
from shared.platform.requests import Item

TIMER: Final = "campaign_send"

STEP: Final = "1#1"
"""Step and cycle: a campaign has one of each, journeys have more."""

SHARDS: Final = 16
"""In so many partitions a campaign's recipients are."""


class Row(StrEnum):
    """Where a recipient stands, see the module."""

    CLAIMED = "claimed"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    DEFERRED = "deferred"
    RELEASED = "released"
    UNKNOWN = "unknown"


PARTS_LISTED: Final[Mapping[str, int]] = {
    Row.UNKNOWN: 1,
    Row.SKIPPED: 4,
    Row.FAILED: 4,
    Row.DEFERRED: 4,
}
"""States that are listed on their own, and in how many parts: an index that is one would hold up
those who write."""

OPEN: Final = frozenset({Row.RELEASED, Row.DEFERRED})
"""Somebody may claim it."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient's item. `revision` 0: there is none yet. `claim` is the sender's own mark;
    `slot` is what the message counts as in the person's cap. `attempt` is how often this message
    was tried, `number` which message to the person it is, see `rows`. When the provider said
    that it arrived, came back or was called unwanted is `delivered_at`, `bounced_at` (`permanent`:
    for good) and `complained_at`; why is `heard_reason`. `cost` is what the message costs, in
    millionths of a cent; `variant` is which of several it is. `gave_way_at` is since when it gives way
    to more important ones."""

    campaign_id: str
    contact_id: str
    channel: str
    page: int
    part: int
    number: int = 1
    stands_for: str | None = None
    state: Row | None = None
    revision: int = 0
    attempt: int = 1
    claim: str | None = None
    claimed_at: str | None = None
    settled_at: str | None = None
    reason: str | None = None
    until: str | None = None
    slot: str | None = None
    provider_id: str | None = None
    template_version: int | None = None
    delivered_at: str | None = None
    bounced_at: str | None = None
    permanent: bool | None = None
    complained_at: str | None = None
    heard_reason: str | None = None
    variant: str | None = None
    cost: int | None = None
    gave_way_at: str | None = None
    consent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> dict[str, str]:
        """Its key."""
        return recipient_key(self.campaign_id, self.contact_id, self.number)

    @property
    def counter(self) -> int:
        """In which part of the sums it counts: that of its part of the audience."""
        return (self.page * 16 + self.part) % COUNTERS

    @property
    def amounts(self) -> dict[str, int]:
        """What the message counts as in its channel's and variant's figures."""
        heard = {name: int(bool(getattr(self, f"{name}_at"))) for name in HEARD}
        sent = self.state is Row.SENT
        return {"sent": int(sent), "cost": (self.cost or 0) if sent else 0, **heard}

    @property
    def counts_as(self) -> str | None:
        """What the person counts as in the campaign's sums because of it."""
        if self.number == 1 or self.state in (Row.SENT, Row.UNKNOWN):
            return str(self.state) if self.state in COUNTED else None
        return self.stands_for

    def item(self) -> Item:
        """As stored, with what finds it."""
        at = self.claimed_at or self.settled_at or ""
        found: Item = {
            **self.key,
            "campaign_id": self.campaign_id,
            "contact_id": self.contact_id,
            "channel": self.channel,
            "page": self.page,
            "part": self.part,
            "number": self.number,
            "stands_for": self.stands_for,
            "state": self.state,
            "revision": self.revision,
            "attempt": self.attempt,
            "claim": self.claim,
            "claimed_at": self.claimed_at,
            "settled_at": self.settled_at,
            "reason": self.reason,
            "until": self.until,
            "slot": self.slot,
            "provider_id": self.provider_id,
            "template_version": self.template_version,
            "delivered_at": self.delivered_at,
            "bounced_at": self.bounced_at,
            "permanent": self.permanent,
            "complained_at": self.complained_at,
            "heard_reason": self.heard_reason,
            "variant": self.variant,
            "cost": self.cost,
            "gave_way_at": self.gave_way_at,
            "consent": dict(self.consent) or None,
            "contact_pk": f"CONTACT#{self.contact_id}",
            "contact_sk": f"{at}#{self.campaign_id}",
        }
        if parts := PARTS_LISTED.get(self.state) if self.state else None:
            part = crc32(self.contact_id.encode()) % parts
            found["state_pk"] = listed_partition(self.campaign_id, self.state, part)
            found["state_sk"] = f"{self.contact_id}#{self.number}"
        if self.state is Row.DEFERRED and self.until:
            entity = f"{self.campaign_id}.{self.contact_id}.{self.number}"
            found |= timers.attributes(TIMER, parse_instant(self.until), entity)
        return {name: value for name, value in found.items() if value is not None}

    def next(self, state: Row, **values: Any) -> "Recipient":
        """The recipient in another state."""
        cleared: dict[str, Any] = {"reason": None, "until": None}
        return replace(self, state=state, revision=self.revision + 1, **(cleared | values))

    def heard(self, **values: Any) -> "Recipient":
        """The recipient once something was heard of their message."""
        return replace(self, revision=self.revision + 1, **values)

    def with_result(self, provider_id: str, at: str, cost: int) -> "Recipient":
        """The recipient of a message that left in the moment it was claimed."""
        return replace(self, provider_id=provider_id, settled_at=at, cost=cost)


Step = tuple[Recipient, Recipient]
"""What a recipient was, and is to be."""


def recipient_key(campaign_id: str, contact_id: str, number: int = 1) -> dict[str, str]:
    """The key of what became of sending a campaign to a contact; `number` as in the module."""
    return {
        "pk": shard_partition(campaign_id, crc32(contact_id.encode()) % SHARDS),
        "sk": f"{contact_id}#{STEP}#{number}",
    }


def shard_partition(campaign_id: str, shard: int) -> str:
    """Where a part of a campaign's recipients is."""
    return f"RECIPIENT#{campaign_id}#{shard:x}"


def listed_partition(campaign_id: str, state: str | None, part: int) -> str:
    """Where the index `by_state` has a part of those in a state."""
    return f"CAMPAIGN#{campaign_id}#{state}#{part}"


def from_item(item: Item) -> Recipient:
    """The recipient a stored item stands for."""
    names = Recipient.__dataclass_fields__.keys()
    known = {name: item[name] for name in names if name in item}
    numbers = ("page", "part", "number", "revision", "attempt", "template_version", "cost")
    whole = {name: int(known[name]) for name in numbers if name in known}
    return Recipient(**{**known, **whole, "state": Row(item["state"])})
