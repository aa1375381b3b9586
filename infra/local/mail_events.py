"""What SES tells of a mail: that it arrived, came back, or is unwanted. The emulator keeps where
to tell it, and tells nobody.

Addresses at `simulator.amazonses.com` behave as in AWS ("Using the mailbox simulator", Amazon SES
Developer Guide), with a label too (`bounce+ann@…`); a mail to any other address arrives. Besides
theirs `soft-bounce@…` is ours: a mail to it comes back for now.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from .emulator import module
from .home import ACCOUNT, find
from .rest import ahead

Data = Mapping[str, Any]

SIMULATOR: Final = "simulator.amazonses.com"

_PERMANENT: Final = {"bounceType": "Permanent", "bounceSubType": "General"}
_SUPPRESSED: Final = {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}
_TRANSIENT: Final = {"bounceType": "Transient", "bounceSubType": "General"}
_BOUNCES: Final[Mapping[str, Mapping[str, str]]] = {
    "bounce": _PERMANENT,
    "suppressionlist": _SUPPRESSED,
    "soft-bounce": _TRANSIENT,
}


def apply() -> None:
    """Have the emulator tell the topics of a mail's configuration set what became of it."""
    ses = module("services.ses_v2")
    handle = ses.handle_request

    @functools.wraps(handle)
    async def _handle(method: str, path: str, headers: Data, body: bytes, query: Data) -> Any:
        answer = await handle(method, path, headers, body, query)
        if method == "POST" and path.endswith("/outbound-emails") and answer[0] == 200:
            _tell(json.loads(body), json.loads(answer[2])["MessageId"])
        return answer

    ses.handle_request = _handle


def _tell(mail: Data, message_id: str) -> None:
    at = (datetime.now(UTC) + ahead(find())).isoformat(timespec="milliseconds")
    told = list(events(mail, message_id, at.replace("+00:00", "Z")))
    name = mail.get("ConfigurationSetName", "")
    known = module("services.ses")._configuration_sets.get(name) or {}
    for destination in known.get("EventDestinations", {}).values():
        wanted = {one.casefold() for one in destination.get("MatchingEventTypes", ())}
        topic = (destination.get("SnsDestination") or {}).get("TopicARN")
        for event in told:
            if topic and destination.get("Enabled") and event["eventType"].casefold() in wanted:
                module("services.sns").publish_internal(topic, event)


def events(mail: Data, message_id: str, at: str) -> Iterator[dict[str, Any]]:
    """What SES tells of a request to send a mail, as it puts it on a topic."""
    to = list(mail.get("Destination", {}).get("ToAddresses", ()))
    tags = {tag["Name"]: [tag["Value"]] for tag in mail.get("EmailTags", ())}
    about = {
        "timestamp": at,
        "messageId": message_id,
        "source": mail.get("FromEmailAddress", ""),
        "sendingAccountId": ACCOUNT,
        "destination": to,
        "tags": {"ses:configuration-set": [mail.get("ConfigurationSetName", "")], **tags},
    }
    name, _, domain = (to[0] if to else "").rpartition("@")
    box = name.partition("+")[0] if domain == SIMULATOR else "success"
    if box in _BOUNCES:
        recipients = [{"emailAddress": one, "action": "failed"} for one in to]
        bounce = {**_BOUNCES[box], "bouncedRecipients": recipients, "timestamp": at}
        yield {"eventType": "Bounce", "mail": about, "bounce": bounce}
        return
    delivery = {"timestamp": at, "recipients": to, "smtpResponse": "250 OK"}
    yield {"eventType": "Delivery", "mail": about, "delivery": delivery}
    if box == "complaint":
        recipients = [{"emailAddress": one} for one in to]
        complaint = {"complainedRecipients": recipients, "complaintFeedbackType": "abuse"}
        yield {"eventType": "Complaint", "mail": about, "complaint": complaint | {"timestamp": at}}
