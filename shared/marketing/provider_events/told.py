"""What SES says of a mail, in the shape in which it puts it on a topic ("Contents of event data
that Amazon SES publishes to Amazon SNS", Amazon SES Developer Guide)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from shared.kernel.clock import iso, parse_instant


class Kind(StrEnum):
    """What happened, by SES's word."""

    DELIVERED = "Delivery"
    DELAYED = "DeliveryDelay"
    BOUNCED = "Bounce"
    COMPLAINED = "Complaint"
    REJECTED = "Reject"


_DETAILS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.DELIVERED: ("delivery", "smtpResponse"),
    Kind.DELAYED: ("deliveryDelay", "delayType"),
    Kind.BOUNCED: ("bounce", "bounceSubType"),
    Kind.COMPLAINED: ("complaint", "complaintFeedbackType"),
    Kind.REJECTED: ("reject", "reason"),
}
"""Where details of each are, and which of them is the reason."""

_PERMANENT: Final = "Permanent"
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one message of ours, by the tags it was sent with. `at` is ISO text and not
    later than when it was heard. `to` is the address it went to. `permanent`: of a bounce, that the address will
    never take a mail."""

    kind: Kind
    at: str
    campaign_id: str
    contact_id: str
    claim: str
    provider_id: str
    to: str
    permanent: bool = False
    reason: str | None = None


def read(body: Mapping[str, Any], now: datetime) -> Told | None:
    """What an event says of a campaign's message; `None` for what is no such event: of another
    kind or shape, or of a mail without our tags."""
    try:
        kind = Kind(body["eventType"])
        mail = body["mail"]
        place, why = _DETAILS[kind]
        details = body.get(place) or {}
        (to,) = mail["destination"]
        at = parse_instant(details.get("timestamp") or mail["timestamp"])
        return Told(
            kind=kind,
            at=iso(min(at, now)),
            campaign_id=_tag(mail, "campaign"),
            contact_id=_tag(mail, "contact"),
            claim=_tag(mail, "claim"),
            provider_id=_text(mail["messageId"]),
            to=_text(to),
            permanent=kind is Kind.BOUNCED and details.get("bounceType") == _PERMANENT,
            reason=_word(details.get(why)) if kind is not Kind.DELIVERED else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class ToldOfOther:
    """What was said of a mail that belongs to no campaign: a notice, a code, an answer. `to` is the
    address it went to."""

    kind: Kind
    to: str
    permanent: bool


def read_other(body: Mapping[str, Any]) -> ToldOfOther | None:
    """What an event says of a mail without a campaign's tags; `None` for what is no such event."""
    try:
        mail = body["mail"]
        if "campaign" in mail["tags"]:
            return None
        kind = Kind(body["eventType"])
        place, _ = _DETAILS[kind]
        (to,) = mail["destination"]
        permanent = (body.get(place) or {}).get("bounceType") == _PERMANENT
        return ToldOfOther(kind, _text(to), permanent)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _tag(mail: Mapping[str, Any], name: str) -> str:
    (value,) = mail["tags"][name]
    return _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("text is missing")
    return value


def _word(value: Any) -> str | None:
    """A code of the provider's as it may be kept: short, and no words of people's."""
    known = isinstance(value, str) and len(value) <= _LONGEST
    return value if known and value.replace("-", "").replace(" ", "").isalnum() else None
