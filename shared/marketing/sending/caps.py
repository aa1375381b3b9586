"""What went out to a person by a channel lately, which is what caps count (row M11).

| entity (table `marketing`) | pk | sk |
|---|---|---|
| what went out, and the person's own limit (`limits`) | `CAP#<contact_id>` | `<channel>` |
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.kernel.clock import iso
from shared.platform.requests import Condition, Op, Update

from .recipient import Recipient
from .rules import MAX_DAYS


def cap_key(contact_id: str, channel: str) -> dict[str, str]:
    """The key of what went out to a person by a channel lately."""
    return {"pk": f"CAP#{contact_id}", "sk": channel}


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
