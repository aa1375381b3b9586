"""A text message to a phone, handed over once (Amazon SNS, `Publish` to a phone number)."""

from dataclasses import dataclass
from typing import Any, Final

from .aws import client
from .mail import Handed, handed

_NEVER: Final = frozenset({"InvalidParameter", "InvalidParameterValue", "ValidationException"})
"""The number or the text cannot be one."""

_TYPE: Final = {"DataType": "String", "StringValue": "Promotional"}
"""Amazon SNS keeps those cheap, and honours who answered STOP."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One text message. `to` is a number in E.164."""

    to: str
    text: str


def hand_over_sms(sms: Sms) -> Handed:
    """Give a text message to the provider, once, and say what is known of it, as
    `mail.hand_over` does."""
    request: dict[str, Any] = {
        "PhoneNumber": sms.to,
        "Message": sms.text,
        "MessageAttributes": {"AWS.SNS.SMS.SMSType": _TYPE},
    }
    return handed(lambda: str(client("sns").publish(**request)["MessageId"]), _NEVER)
