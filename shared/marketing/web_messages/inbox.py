"""What is waiting for a customer on their pages: short texts of campaigns, the newest first.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| message, gone after 30 days | `WEB#<contact_id>` | `<at>#<campaign_id>` |

| question | key | asked by |
|---|---|---|
| the newest one | table | portal_pages |

It is written together with the recipient's item, so it is there exactly once. When it is shown
first, the recipient's message counts as delivered; looking again counts nothing. Put away, it goes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.kernel.clock import iso
from shared.marketing.campaigns.repository import marketing
from shared.marketing.sending import rows
from shared.platform.requests import Condition, Delete, Put, Update
from shared.platform.writes import ConditionFailed

KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class WebMessage:
    """A message as a customer sees it: text only. `place` names it among theirs."""

    contact_id: str
    campaign_id: str
    place: str
    subject: str
    text: str
    shown: bool = False


def place_op(contact_id: str, campaign_id: str, subject: str, text: str, now: datetime) -> Put:
    """Let a customer find a message."""
    new = Condition(
        "web_message_new", "attribute_not_exists(#pk)", "a campaign's message is there once"
    )
    item = {
        **_key(contact_id, f"{iso(now)}#{campaign_id}"),
        "campaign_id": campaign_id,
        "subject": subject,
        "text": text,
        "at": iso(now),
        "expires_at": int((now + KEPT).timestamp()),
    }
    return Put(item, new)


def newest(contact_id: str, now: datetime) -> WebMessage | None:
    """What a customer is to see, if anything. One query."""
    page = marketing.query(_pk(contact_id), forward=False, limit=1)
    for item in page.items:
        if int(item["expires_at"]) > now.timestamp():
            place, campaign_id = item["sk"], item["campaign_id"]
            shown = "shown_at" in item
            return WebMessage(
                contact_id, campaign_id, place, item.get("subject", ""), item["text"], shown
            )
    return None


def seen(message: WebMessage, now: datetime) -> None:
    """Note that a customer was shown a message, once. A read and a write the first time, none
    later; what somebody else notes in the same moment is noted."""
    if message.shown:
        return
    first = Condition(
        "web_message_unseen",
        "attribute_exists(#pk) AND attribute_not_exists(#shown_at)",
        "a message is shown first once",
    )
    key = _key(message.contact_id, message.place)
    ops = [Update(key, set={"shown_at": iso(now)}, condition=first)]
    found = rows.load(message.campaign_id, message.contact_id)
    steps = []
    if found is not None and not found.delivered_at:
        steps = rows.ops_of([(found, found.heard(delivered_at=iso(now)))])
    try:
        marketing.write(*ops, *steps)
    except ConditionFailed:
        return


def put_away(contact_id: str, place: str) -> None:
    """A customer wants to see a message no longer. Again, it changes nothing."""
    # Unconditional: it is theirs, and what is gone stays gone.
    marketing.write(Delete(_key(contact_id, place)))


def _key(contact_id: str, place: str) -> dict[str, str]:
    return {"pk": _pk(contact_id), "sk": place}


def _pk(contact_id: str) -> str:
    return f"WEB#{contact_id}"
