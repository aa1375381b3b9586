"""How often one person may be sent messages by a channel, beside the rules for everybody (row M11):
what they asked for. It stands on the item that counts what went out to them, so no look at it costs
a read, and a limit that is set meets every message that is claimed in the same moment.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| what went out lately, and the person's limit | `CAP#<contact_id>` | `<channel>` |
"""

from datetime import datetime, timedelta

from shared.customers.contacts.repository import followed
from shared.kernel.errors import NotFound
from shared.marketing.campaigns.repository import marketing
from shared.platform.requests import Update

from .caps import cap_key
from .rules import MAX_DAYS, Cap


def limits_of(contact_id: str) -> dict[str, Cap]:
    """A person's limits by channel. Two reads. Raises `NotFound`."""
    return limits_in(_whose(contact_id))


def limits_in(contact_id: str) -> dict[str, Cap]:
    """`limits_of` a contact that is known to be there, by the id it now has: one read."""
    items = marketing.query_all(cap_key(contact_id, "")["pk"], consistent=True)
    return {item["sk"]: Cap.model_validate(item["limit"]) for item in items if "limit" in item}


def set_limit(contact_id: str, channel: str, limit: Cap | None, now: datetime) -> None:
    """Limit how often a person gets messages by a channel, or no longer. Holds for what is claimed
    from then on. Raises `NotFound`."""
    key = cap_key(_whose(contact_id), channel)
    # Unconditional: the last who says it is right, and the revision tells senders to look again.
    if limit is None:
        expires = int((now + timedelta(days=MAX_DAYS + 1)).timestamp())
        marketing.write(
            Update(key, set={"expires_at": expires}, add={"revision": 1}, remove=["limit"])
        )
    else:
        marketing.write(
            Update(
                key, set={"limit": limit.model_dump()}, add={"revision": 1}, remove=["expires_at"]
            )
        )


def _whose(contact_id: str) -> str:
    record = followed(contact_id)
    if record is None or "deleted_at" in record:
        raise NotFound("contact_not_found", "There is no such contact")
    return str(record["pk"]).removeprefix("CONTACT#")
