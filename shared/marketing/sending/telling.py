"""What a step of a recipient tells others: a message left, cannot leave, waits no longer, arrived,
came back, or is unwanted. Pure.

That somebody is skipped at once is no event: nothing happened with the person, and the recipient's
item says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.kernel.clock import parse_instant
from shared.marketing.events import (
    MarketingEvent,
    MessageBounced,
    MessageCancelled,
    MessageComplained,
    MessageDelivered,
    MessageFailed,
    MessageSent,
)

if TYPE_CHECKING:
    from .recipient import Recipient


def told(before: Recipient, after: Recipient) -> list[MarketingEvent]:
    """The events of a step. Their ids come from the message's mark, so the same step is the same
    event whoever makes it."""
    found: list[MarketingEvent] = []
    if after.state == "sent" != before.state:
        found.append(_event(MessageSent, after, "sent", after.claimed_at))
    if after.state == "failed" != before.state:
        reason = after.reason or "refused"
        found.append(_event(MessageFailed, after, "failed", after.settled_at, reason=reason))
    if after.state == "skipped" and before.state == "deferred":
        why_not = after.reason or "cancelled"
        found.append(_event(MessageCancelled, after, "cancelled", after.settled_at, reason=why_not))
    if after.delivered_at and not before.delivered_at:
        found.append(_event(MessageDelivered, after, "delivered", after.delivered_at))
    why = after.heard_reason or "unknown"
    for_good = bool(after.permanent)
    if after.bounced_at and (not before.bounced_at or for_good > bool(before.permanent)):
        what = "bounced_for_good" if for_good else "bounced"
        how = {"permanent": for_good, "reason": why}
        found.append(_event(MessageBounced, after, what, after.bounced_at, **how))
    if after.complained_at and not before.complained_at:
        found.append(
            _event(MessageComplained, after, "complained", after.complained_at, reason=why)
        )
    return found


def _event(
    kind: type[MarketingEvent], of: Recipient, what: str, at: str | None, **more: Any
) -> MarketingEvent:
    mark = of.claim or f"{of.campaign_id}.{of.contact_id}"
    return kind.model_validate(
        {
            "event_id": f"{mark}.{what}",
            "occurred_at": parse_instant(str(at)),
            "campaign_id": of.campaign_id,
            "contact_id": of.contact_id,
            "channel": of.channel,
            **({"claim": of.claim} if "claim" in kind.model_fields else {}),
            **more,
        }
    )
