"""Typed identifiers: `lead_01J8Z3…`, a prefix that says what it is and 26 characters of ULID.

ULID: https://github.com/ulid/spec (128 bits, Crockford base 32, sorts by creation time).
"""

import re
from datetime import datetime
from typing import Final, NewType

LeadId = NewType("LeadId", str)
ContactId = NewType("ContactId", str)
AccountId = NewType("AccountId", str)
StaffId = NewType("StaffId", str)
TeamId = NewType("TeamId", str)
SubmissionId = NewType("SubmissionId", str)

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHAPE: Final = re.compile(r"[a-z_]+_[0-9A-HJKMNP-TV-Z]{26}")


def new_id(prefix: str, at: datetime) -> str:
    """A fresh identifier that sorts by `at` (millisecond resolution)."""
    from ulid import ULID  # keyed operations never make an id: they need not pay the import

    return f"{prefix}_{ULID.from_datetime(at)}"


def derived_id(prefix: str, digest: bytes) -> str:
    """The identifier of the same shape that `digest` (16 bytes or more, keyed) stands for.

    The same digest gives the same id for ever, which turns "look it up, then create it" into
    one conditional write. Carries no time.
    """
    number = int.from_bytes(digest[:16], "big")
    symbols = [_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5)]
    return f"{prefix}_{''.join(symbols)}"


def is_id(prefix: str, text: str) -> bool:
    """Whether `text` has the shape of an identifier of this kind."""
    return text.startswith(f"{prefix}_") and _SHAPE.fullmatch(text) is not None
