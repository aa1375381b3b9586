"""Recipients of campaigns: one item each, which is the claim, the result and the proof.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| recipient | `RECIPIENT#<campaign_id>#<0..f>` | `<contact_id>#<step>#<cycle>#<number>` |
| what went out to a person by a channel lately | `CAP#<contact_id>` | `<channel>` |

| question | key | asked by |
|---|---|---|
| what became of some recipients | table, many at once | campaign_send, campaign_admin |
| who of a campaign was put off, skipped, failed, or is unknown | `by_state`: `CAMPAIGN#<campaign_id>#<state>#<part>`, `<contact_id>#<number>` | campaign_admin |
| all that was ever decided on sending to a person | `by_contact`: `CONTACT#<contact_id>`, `<at>#<campaign_id>` | campaign_admin, privacy_work |

| state | meaning |
|---|---|
| `claimed` | being sent, or the sender died |
| `sent` | the provider took it, as `provider_id` |
| `skipped` | not to be sent, for `reason` |
| `failed` | it cannot be made or the provider will never take it, for `reason` |
| `deferred` | to be looked at again at `until`, for `reason`; the item carries the timer |
| `released` | surely not sent; whoever comes next tries again |
| `unknown` | it may have been sent, and never is again |

A recipient's `number` is 1; another one follows only when a message surely did not arrive, by the
next channel (`falling_back`). The key does not say by which channel: of two senders that decide for
different ones, one sends. Until a further message has an outcome, its recipient counts as the one
before does (`stands_for`), so that everybody counts once.

The item is written before the provider is called, on the condition that it was not there (or was
deferred or released, as read), so that of all who may come with the same message one calls. Every
write of it counts in the campaign's sums in the same transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

from shared.kernel.clock import iso, parse_instant
from shared.marketing.campaigns.repository import (
    COUNTED,
    COUNTERS,
    HEARD,
    counter_key,
    marketing,
)
from shared.platform import timers
from shared.platform.requests import Condition, Item, Op, Put, Update
from shared.platform.writes import ConditionFailed

from .rules import MAX_DAYS
from .telling import told

TIMER: Final = "campaign_send"

STEP: Final = "1#1"
"""Step and cycle: a campaign has one of each, journeys have more."""

SHARDS: Final = 16
"""In so many partitions a campaign's recipients are."""

_ATTEMPTS: Final = 8


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
    was tried, `number` which message to the person it is, see the module. When the provider said
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


def cap_key(contact_id: str, channel: str) -> dict[str, str]:
    """The key of what went out to a person by a channel lately."""
    return {"pk": f"CAP#{contact_id}", "sk": channel}


def from_item(item: Item) -> Recipient:
    """The recipient a stored item stands for."""
    names = Recipient.__dataclass_fields__.keys()
    known = {name: item[name] for name in names if name in item}
    numbers = ("page", "part", "number", "revision", "attempt", "template_version", "cost")
    whole = {name: int(known[name]) for name in numbers if name in known}
    return Recipient(**{**known, **whole, "state": Row(item["state"])})


def load(campaign_id: str, contact_id: str, number: int = 1) -> Recipient | None:
    """What became of a recipient. One strong read."""
    item = marketing.get(recipient_key(campaign_id, contact_id, number))
    return from_item(item) if item else None


def all_of(campaign_id: str, contact_id: str) -> list[Recipient]:
    """All that became of a recipient, the first message first. One strong query."""
    key = recipient_key(campaign_id, contact_id)
    begins = f"{contact_id}#{STEP}#"
    found = marketing.query_all(key["pk"], begins=begins, consistent=True)
    return [from_item(item) for item in found]


def ops_of(steps: Iterable[Step]) -> list[Op]:
    """The operations of steps, an item each with what it tells, and those that count them."""
    taken = list(steps)
    ops: list[Op] = [
        Put(after.item(), _as_read(before), told(before, after)) for before, after in taken
    ]
    sums: dict[tuple[str, int], Counter[str]] = {}
    for before, after in taken:
        counted = sums.setdefault((after.campaign_id, after.counter), Counter())
        for one, times in ((before, -1), (after, 1)):
            if one.counts_as:
                counted[one.counts_as] += times
        for name in HEARD:
            was, is_now = getattr(before, f"{name}_at"), getattr(after, f"{name}_at")
            counted[name] += bool(is_now) - bool(was)
        for name, number in after.amounts.items():
            counted[figure(name, after.channel, after.variant)] += number - before.amounts[name]
    for (campaign_id, counter), counted in sums.items():
        if more := {name: number for name, number in counted.items() if number}:
            ops.append(Update(counter_key(campaign_id, counter), add=more))
    return ops


def figure(name: str, channel: str, variant: str | None) -> str:
    """What the figure of a channel and variant is called among the sums."""
    return f"{name}__{channel}__{variant or ''}"


def store(steps: Sequence[Step]) -> list[Recipient]:
    """Store steps together; the recipients of which another came first. At most eighty. One call,
    and one more for each time that somebody did."""
    waiting, lost = list(steps), []
    while waiting:
        try:
            marketing.write(*ops_of(waiting))
        except ConditionFailed as refused:
            lost += [one for n, (one, _) in enumerate(waiting) if n in refused.failures]
            waiting = [one for n, one in enumerate(waiting) if n not in refused.failures]
        else:
            break
    return lost


def settle(claimed: Recipient, after: Recipient) -> None:
    """Store what came of a claim of ours, though somebody may have taken it for lost meanwhile.
    Nothing is written where it was settled otherwise."""
    before = claimed
    for _ in range(_ATTEMPTS):
        try:
            marketing.write(*ops_of([(before, replace(after, revision=before.revision + 1))]))
            return
        except ConditionFailed as refused:
            found = refused.found(0) or {}
            if not found or found.get("claim") != claimed.claim:
                return
            before = from_item(found)
            if before.state not in (Row.CLAIMED, Row.UNKNOWN):
                return


def slot_ops(
    recipient: Recipient, sent: Iterable[str], seen: int, now: datetime, *, stays: bool = False
) -> list[Op]:
    """Count a message that is about to leave in the person's cap, on the condition that nobody
    counted another one since it was read (`seen`: its revision, 0 for none). It goes when no
    message counts any more, unless it `stays` for the limit that the person set."""
    since = iso(now - timedelta(days=MAX_DAYS))
    kept = {one for one in sent if one >= since} | {str(recipient.slot)}
    unchanged = Condition(
        "cap_unchanged",
        "#revision = :cap_revision" if seen else "attribute_not_exists(#revision)",
        "campaigns that fire in the same moment must not pass the cap together",
        {"cap_revision": seen} if seen else {},
    )
    expires = int((now + timedelta(days=MAX_DAYS + 1)).timestamp())
    values = {"sent": kept, "revision": seen + 1} | ({} if stays else {"expires_at": expires})
    return [
        Update(cap_key(recipient.contact_id, recipient.channel), set=values, condition=unchanged)
    ]


def give_back(recipient: Recipient) -> list[Op]:
    """Take a message that never will leave out of the person's cap."""
    # Unconditional: what is not there cannot be taken, and a revision too many does no harm.
    key = cap_key(recipient.contact_id, recipient.channel)
    return [Update(key, take={"sent": {str(recipient.slot)}}, add={"revision": 1})]


def _as_read(before: Recipient) -> Condition:
    if before.revision == 0:
        return Condition(
            "recipient_unclaimed",
            "attribute_not_exists(#pk)",
            "of all who come with the same message one sends it",
        )
    return Condition(
        "recipient_unchanged",
        "#revision = :recipient_revision",
        "what was decided holds only for what it was decided on",
        {"recipient_revision": before.revision},
    )
