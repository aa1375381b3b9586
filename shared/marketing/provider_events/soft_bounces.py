"""Messages that came back for now: too many within a while, and the address gets no more
marketing.

| entity (table `marketing`) | pk | sk |
|---|---|---|
| when messages to an address came back lately | `CONTACT#<contact_id>` | `BOUNCES#<keyed hash of the address>` |
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from shared.customers.suppression.repository import Address, address_hash
from shared.kernel.clock import iso
from shared.kernel.errors import Busy
from shared.marketing.campaigns.repository import marketing
from shared.marketing.sending.rules import Cap
from shared.platform.requests import Condition, Update
from shared.platform.writes import ConditionFailed

_ATTEMPTS: Final = 8


def too_many(bounces: Iterable[str], limit: Cap, now: datetime) -> bool:
    """Whether so many of `bounces` (`<instant>#<claim>`) lie within the limit's days. Pure."""
    return len(_lately(bounces, limit, now)) >= limit.times


def noted(contact_id: str, address: Address, bounce: str, limit: Cap, now: datetime) -> set[str]:
    """Remember a bounce (`<instant>#<claim>`), once; all of them lately. A read and a write.
    Raises `Busy`."""
    key = {"pk": f"CONTACT#{contact_id}", "sk": f"BOUNCES#{address_hash(*address)}"}
    for _ in range(_ATTEMPTS):
        known = marketing.get(key) or {}
        kept = _lately({*known.get("bounces", ()), bounce}, limit, now)
        if kept <= set(known.get("bounces", ())):
            return kept
        revision = int(known.get("revision", 0))
        same = Condition(
            "bounces_unchanged",
            "#revision = :bounces_revision" if revision else "attribute_not_exists(#revision)",
            "of two bounces at once both count",
            {"bounces_revision": revision} if revision else {},
        )
        expires = int((now + timedelta(days=limit.days + 1)).timestamp())
        values = {"bounces": kept, "revision": revision + 1, "expires_at": expires}
        try:
            marketing.write(Update(key, set=values, condition=same))
        except ConditionFailed:
            continue
        return kept
    raise Busy("contended", "This address is being changed by others, try again")


def _lately(bounces: Iterable[str], limit: Cap, now: datetime) -> set[str]:
    since = iso(now - timedelta(days=limit.days))
    return {one for one in bounces if one > since}
