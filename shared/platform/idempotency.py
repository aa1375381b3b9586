"""`Idempotency-Key` on creates (IETF draft "The Idempotency-Key HTTP Header Field").

Where nothing else says what the record is called, the key makes its id (`record_id`), so the
create's own condition is enough; the record keeps `request_hash`, and the same key with another
body is refused. Where the id comes from somewhere else (an address), the key's first use is
remembered in the same transaction (`claim`):

| entity (in the area's own table) | pk | sk |
|---|---|---|
| claim, gone after 30 days | `CLAIM#<keyed digest of caller and key>` | `CLAIM` |

It is written together with what the request creates, so it says exactly what happened.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.errors import Rejected
from shared.kernel.ids import derived_id, new_id

from .keys import key
from .requests import Condition, Put

MAX_KEY_LENGTH: Final = 200

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


def record_id(prefix: str, caller: str, idempotency_key: str | None, at: datetime) -> str:
    """The id of a record to create: derived from caller and key, fresh without a key."""
    used = check_key(idempotency_key)
    if not used:
        return new_id(prefix, at)
    text = f"{prefix}\0{caller}\0{used}".encode()
    return derived_id(prefix, hmac.digest(key("idempotency"), text, hashlib.sha256))


def request_hash(body: bytes) -> str:
    """What a record remembers of the request that made it."""
    return hmac.digest(key("idempotency"), body, hashlib.sha256)[:16].hex()


def same_request(existing: Mapping[str, Any], body: bytes) -> None:
    """Raise `Rejected` unless `existing` was made by the same body."""
    if existing.get("request_hash") != request_hash(body):
        raise _reused()


def claim(
    caller: str, idempotency_key: str, content: bytes, result: Mapping[str, str], at: datetime
) -> Put:
    """Remember that `caller` used the key for `content` (a digest), which made `result`."""
    used = hmac.digest(key("idempotency"), f"{caller}\0{idempotency_key}".encode(), hashlib.sha256)
    item = {
        "pk": f"CLAIM#{used[:16].hex()}",
        "sk": "CLAIM",
        "content": content.hex(),
        "result": dict(result),
        "expires_at": int((at + KEPT).timestamp()),
    }
    return Put(item, _UNUSED)


def result_of(found: Mapping[str, Any], content: bytes) -> dict[str, str]:
    """What the request that first used the key made. Raises `Rejected` when this is another."""
    if found["content"] != content.hex():
        raise _reused()
    return dict(found["result"])


def _reused() -> Rejected:
    return Rejected("idempotency_key_reused", "This key was used for another request")
