"""Recipients of campaigns: one item each, which is the claim, the result and the proof.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| recipient | `RECIPIENT#<campaign_id>#<0..f>` | `<contact_id>#<step>#<cycle>#<number>` |

| question | key | asked by |
|---|---|---|
| what became of some recipients | table, many at once | campaign_send, campaign_admin |
| who of a campaign was put off, skipped, failed, or is unknown | `by_state`: `CAMPAIGN#<campaign_id>#<state>#<part>`, `<contact_id>#<number>` | campaign_admin |
| all that was ever decided on sending to a person | `by_contact`: `CONTACT#<contact_id>`, `<at>#<campaign_id>` | campaign_admin, privacy_work |

A recipient's `number` is 1; another one follows only when a message surely did not arrive, by the
next channel (`falling_back`). The key does not say by which channel: of two senders that decide for
different ones, one sends. Until a further message has an outcome, its recipient counts as the one
before does (`stands_for`), so that everybody counts once.

The item is written before the provider is called, on the condition that it was not there (or was
deferred or released, as read), so that of all who may come with the same message one calls. Every
write of it counts in the campaign's sums in the same transaction.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from shared.marketing.campaigns.repository import (
    HEARD,
    counter_key,
    marketing,
)
from shared.platform.requests import Condition, Op, Put, Update
from shared.platform.writes import ConditionFailed

from .recipient import STEP, Recipient, Row, Step, from_item, recipient_key
from .telling import told

_ATTEMPTS: Final = 8


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
