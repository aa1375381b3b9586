"""The signed addresses of a message's links and of its pixel: which campaign, whose message, which
link. They hold ids only and lead nowhere by themselves: where a link leads is stored with its
campaign (`links`), so nobody can make one that leads elsewhere.

`base64url(kind, campaign, contact, link, HMAC-SHA256 truncated to 128 bits)`: 68 characters,
because a mail has many of them and Gmail cuts it off at 102 KB. Ids are 128-bit numbers in
Crockford's base 32 (`kernel.ids`).
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from shared.kernel.errors import NotFound
from shared.kernel.ids import derived_id, is_id
from shared.platform.keys import key

Kind = Literal["opened", "clicked"]

_PURPOSE: Final = "message_track"
_KINDS: Final[dict[bytes, Kind]] = {b"o": "opened", b"c": "clicked"}
_LETTERS: Final = {kind: letter for letter, kind in _KINDS.items()}
_ID_BYTES: Final = 16
_LINK_BYTES: Final = 2
_BODY_BYTES: Final = 1 + 2 * _ID_BYTES + _LINK_BYTES
_TAG_BYTES: Final = 16
_SYMBOLS: Final = {symbol: n for n, symbol in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}


@dataclass(frozen=True, slots=True)
class Target:
    """What of a message somebody asks for. Links are counted from one; 0 is the link that people
    do not see, and what the pixel says."""

    kind: Kind
    campaign_id: str
    contact_id: str
    link: int = 0


def sealed(target: Target) -> str:
    """The token of a target."""
    body = b"".join(
        (
            _LETTERS[target.kind],
            _packed(target.campaign_id),
            _packed(target.contact_id),
            target.link.to_bytes(_LINK_BYTES),
        )
    )
    return base64.urlsafe_b64encode(body + _tag(body)).decode()


def unsealed(token: str, kind: Kind) -> Target:
    """The target of a token of ours of that kind. Raises `NotFound` for any other."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    body, tag = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    if not hmac.compare_digest(tag, _tag(body)) or _KINDS.get(body[:1]) != kind:
        raise NotFound("link_unknown", "This link is not one of ours")
    campaign, contact = body[1 : 1 + _ID_BYTES], body[1 + _ID_BYTES : 1 + 2 * _ID_BYTES]
    return Target(
        kind,
        derived_id("campaign", campaign),
        derived_id("contact", contact),
        int.from_bytes(body[-_LINK_BYTES:]),
    )


@lru_cache(maxsize=1024)
def _packed(text: str) -> bytes:
    prefix, _, symbols = text.rpartition("_")
    if not is_id(prefix, text):
        raise ValueError("an id has 26 symbols")
    number = 0
    for symbol in symbols:
        number = number << 5 | _SYMBOLS[symbol]
    return number.to_bytes(_ID_BYTES)


def _tag(body: bytes) -> bytes:
    return hmac.digest(key(_PURPOSE), body, hashlib.sha256)[:_TAG_BYTES]
