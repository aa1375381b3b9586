"""How many submissions of a form one address may send in a minute.

| entity | pk | sk |
|---|---|---|
| counter, gone an hour later | `RATE#<form_id>#<keyed hash of the address>` | `<minute>` |
"""

from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.platform.requests import Condition, Update

_KEPT_SECONDS: Final = 3_600


def within_limit(form_id: str, limit: int, address_hash: str, at: datetime) -> Update:
    """Count one more, unless `limit` were counted in this minute."""
    condition = Condition(
        "rate_within_limit",
        "attribute_not_exists(#hits) OR #hits < :limit",
        "one sender must not flood the list of leads; the rest is kept for review",
        {"limit": limit},
    )
    return Update(
        {"pk": f"RATE#{form_id}#{address_hash}", "sk": iso(at)[:16]},
        set={"expires_at": int(at.timestamp()) + _KEPT_SECONDS},
        add={"hits": 1},
        condition=condition,
    )
