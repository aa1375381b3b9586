"""What became of messages of campaigns, as entries of the histories of those who got them. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from shared.customers.channels.touch_points import TouchPoint
from shared.marketing import events as marketing

from .facts import Fact, Readers

_TOUCH_POINTS: Final[Mapping[str, TouchPoint]] = {
    "email": TouchPoint.EMAIL,
    "sms": TouchPoint.SMS,
    "post": TouchPoint.MAIL,
}


def _sent(event: marketing.MessageSent) -> Fact:
    return Fact(
        "message_sent",
        {"campaign_id": event.campaign_id},
        {"campaign_id": event.campaign_id, "claim": event.claim},
        channel=event.channel,
        touch_point=_TOUCH_POINTS.get(event.channel),
        direction="outbound",
        visible=True,
    )


def _became(kind: str) -> Any:
    def read(event: Any) -> Fact:
        params = {"campaign_id": event.campaign_id, "reason": getattr(event, "reason", None)}
        claim = getattr(event, "claim", None)
        return Fact(kind, params, {"campaign_id": event.campaign_id, "claim": claim})

    return read


def _bounced(event: marketing.MessageBounced) -> Fact:
    return _became("message_bounced_for_good" if event.permanent else "message_bounced")(event)  # type: ignore[no-any-return]


MESSAGES: Final[Readers] = {
    marketing.MessageSent: _sent,
    marketing.MessageFailed: _became("message_failed"),
    marketing.MessageCancelled: _became("message_cancelled"),
    marketing.MessageDelivered: _became("message_delivered"),
    marketing.MessageBounced: _bounced,
    marketing.MessageComplained: _became("message_complained"),
}
