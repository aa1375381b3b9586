"""`Idempotency-Key` on submissions and new leads: the key's first use is remembered.

| entity | pk | sk |
|---|---|---|
| claim, gone after 30 days | `CLAIM#<keyed digest of caller and key>` | `CLAIM` |

The claim is written together with what the request creates, so it says exactly what happened.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.errors import Rejected
from shared.platform.idempotency import MAX_KEY_LENGTH
from shared.platform.requests import Condition, Put

from .submissions import content_digest

KEPT: Final = timedelta(days=30)

_UNUSED: Final = Condition(
    "idempotency_key_unused",
    "attribute_not_exists(#pk)",
    "a request sent again with its key changes nothing and gets the first answer",
)


def check_key(idempotency_key: str | None) -> str | None:
    """The key, if one was sent. Raises `Rejected` for one that is too long."""
    if idempotency_key and len(idempotency_key) > MAX_KEY_LENGTH:
        raise Rejected("idempotency_key_too_long", f"At most {MAX_KEY_LENGTH} characters")
    return idempotency_key or None


def claim(
    caller: str, idempotency_key: str, content: bytes, result: Mapping[str, str], at: datetime
) -> Put:
    """Remember that `caller` used the key for `content` (a digest), which made `result`."""
    item = {
        "pk": f"CLAIM#{content_digest('claim', caller, idempotency_key).hex()[:32]}",
        "sk": "CLAIM",
        "content": content.hex(),
        "result": dict(result),
        "expires_at": int((at + KEPT).timestamp()),
    }
    return Put(item, _UNUSED)


def result_of(found: Mapping[str, Any], content: bytes) -> dict[str, str]:
    """What the request that first used the key made. Raises `Rejected` when this is another."""
    if found["content"] != content.hex():
        raise Rejected("idempotency_key_reused", "This key was used for another request")
    return dict(found["result"])
