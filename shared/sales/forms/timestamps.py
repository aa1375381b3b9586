"""A signed statement of when a form was fetched: programs fill in faster than people.

`<milliseconds since 1970, hexadecimal>.<HMAC-SHA256 over form and instant, 128 bits>`.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.platform.keys import key

FIELD: Final = "_token"
LIFETIME: Final = timedelta(hours=24)
"""How long a page may stay open before it is sent."""


def issue(form_id: str, now: datetime) -> str:
    """The statement that `form_id` was handed out at `now`."""
    instant = f"{int(now.timestamp() * 1000):x}"
    return f"{instant}.{_tag(form_id, instant)}"


def suspicion(token: str, form_id: str, minimum_seconds: int, now: datetime) -> str | None:
    """Why a post with this token looks automatic (`token_forged`, `token_expired`, `too_fast`),
    or `None`."""
    instant, _, tag = token.partition(".")
    if not hmac.compare_digest(tag.encode(), _tag(form_id, instant).encode()):
        return "token_forged"
    age = now - datetime.fromtimestamp(int(instant, 16) / 1000, UTC)
    if age > LIFETIME:
        return "token_expired"
    return "too_fast" if age < timedelta(seconds=minimum_seconds) else None


def _tag(form_id: str, instant: str) -> str:
    text = f"{form_id}\0{instant}".encode()
    return hmac.digest(key("form-timestamp"), text, hashlib.sha256)[:16].hex()
