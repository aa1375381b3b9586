"""`Idempotency-Key` on creates: the key makes the id, so the create's own condition is enough.

(IETF draft "The Idempotency-Key HTTP Header Field".) The record keeps `request_hash`; the same
key with another body is refused.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.errors import Rejected
from shared.kernel.ids import derived_id, new_id

from .keys import key

MAX_KEY_LENGTH = 200


def record_id(prefix: str, caller: str, idempotency_key: str | None, at: datetime) -> str:
    """The id of a record to create: derived from caller and key, fresh without a key."""
    if not idempotency_key:
        return new_id(prefix, at)
    if len(idempotency_key) > MAX_KEY_LENGTH:
        raise Rejected("idempotency_key_too_long", f"At most {MAX_KEY_LENGTH} characters")
    text = f"{prefix}\0{caller}\0{idempotency_key}".encode()
    return derived_id(prefix, hmac.digest(key("idempotency"), text, hashlib.sha256))


def request_hash(body: bytes) -> str:
    """What a record remembers of the request that made it."""
    return hmac.digest(key("idempotency"), body, hashlib.sha256)[:16].hex()


def same_request(existing: Mapping[str, Any], body: bytes) -> None:
    """Raise `Rejected` unless `existing` was made by the same body."""
    if existing.get("request_hash") != request_hash(body):
        raise Rejected("idempotency_key_reused", "This key was used for another request")
