"""Cursors: where a list continues. Opaque to callers and useless when altered or moved.

`base64url(json) . base64url(HMAC-SHA256 truncated to 128 bits)`; the HMAC also covers `scope`
(which list, for whom), so a cursor of one list or person is refused by another.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping

from .errors import Rejected

PAGE_SIZE = 50
MAX_PAGE_SIZE = 100
_TAG_BYTES = 16
_MAX_LENGTH = 2_048
_ORDINARY = str.maketrans("-_", "+/")


def page_size(text: str | None) -> int:
    """How many items a page holds, from the query parameter `limit`. Raises `Rejected`."""
    if text is None:
        return PAGE_SIZE
    if not (text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE_SIZE):
        raise Rejected("limit_invalid", f"A page holds 1 to {MAX_PAGE_SIZE} items")
    return int(text)


def seal(position: Mapping[str, str], key: bytes, scope: str) -> str:
    """Turn a position (short strings) into a cursor."""
    body = json.dumps(dict(position), separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_tag(body, key, scope))}"


def unseal(cursor: str, key: bytes, scope: str, longest: int = _MAX_LENGTH) -> dict[str, str]:
    """The position inside a cursor that `seal` made with the same key and scope.

    Raises `Rejected` (`cursor_invalid`) for anything else.
    """
    try:
        if len(cursor) > longest:
            raise ValueError
        body, tag = (_raw(part) for part in cursor.split("."))
        if not hmac.compare_digest(tag, _tag(body, key, scope)):
            raise ValueError
    except (ValueError, binascii.Error) as error:
        raise Rejected("cursor_invalid", "This cursor does not belong to this list") from error
    position: dict[str, str] = json.loads(body.decode())
    return position


def _tag(body: bytes, key: bytes, scope: str) -> bytes:
    return hmac.digest(key, scope.encode() + b"\0" + body, hashlib.sha256)[:_TAG_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    padded = text.translate(_ORDINARY) + "=" * (-len(text) % 4)
    return binascii.a2b_base64(padded, strict_mode=True)
