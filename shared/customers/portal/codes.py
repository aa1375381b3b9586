"""Codes that go to a mailbox and come back: six digits, five tries, ten minutes, once.

| entity (table `customers`) | pk | sk |
|---|---|---|
| code: `purpose`, `contact_id` (none for somebody unknown), `until`, `tries`, `used_at`, `used_by` | `SIGN_IN#<keyed hash of whom it is for>` | `CODE#<code id>` |
| tries (see `platform.tries`) | the same | `TRIES` |

Asked by whoever made the code and knows its key. What is stored says nothing of the digits: they
are a keyed hash of the code's id. A try is counted before the digits are looked at, so guesses made
at the same time count each, and the code is spent by one condition, so it counts once.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.customers.contacts.repository import customers
from shared.kernel.clock import iso
from shared.kernel.errors import CrmError, FieldError, Rejected
from shared.kernel.ids import new_id
from shared.platform.keys import key
from shared.platform.observability import count
from shared.platform.requests import Condition, Item, Key, Put, Update
from shared.platform.tries import tries_of
from shared.platform.writes import ConditionFailed

Purpose = Literal["sign_in", "email", "erasure"]
"""What showing a code leads to."""

PURPOSES: Final = ("email", "erasure", "phone")
"""What codes and tries are for that are kept under a contact's id, and not under an address."""

DIGITS: Final = 6
TRIES: Final = 5
LIFETIME: Final = timedelta(minutes=10)
_KEPT: Final = timedelta(hours=1)
"""A code that is over stays a while, to tell a replay from a forgery."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code by its key: whom it is for, hashed, and its id. Tells nothing of the digits."""

    partition: str
    code_id: str

    @property
    def key(self) -> Key:
        """Where it is stored."""
        return {"pk": self.partition, "sk": f"CODE#{self.code_id}"}


def partition_of(purpose: Purpose | Literal["phone"], whom: str) -> str:
    """Under which key codes of a purpose and tries with them are kept for an address or id."""
    return tries_of(f"portal-{purpose}", whom)


def new_code(
    partition: str, purpose: Purpose, contact_id: str | None, now: datetime
) -> tuple[Code, Put]:
    """A code for `contact_id`, or one that is right for nobody, and the operation that stores
    it."""
    code = Code(partition, new_id("code", now))
    item = {
        **code.key,
        "purpose": purpose,
        "until": iso(now + LIFETIME),
        "tries": 0,
        "expires_at": int((now + LIFETIME + _KEPT).timestamp()),
        **({"contact_id": contact_id} if contact_id else {}),
    }
    return code, Put(item, _NEW)


def digits_of(code: Code) -> str:
    """The digits of a code: HMAC-SHA256 of its key, truncated as HOTP does (RFC 4226, 5.3)."""
    text = f"{code.partition}|{code.code_id}".encode()
    digest = hmac.digest(key("portal-code"), text, hashlib.sha256)
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def entered(code: Code, purpose: Purpose, typed: str, now: datetime) -> str:
    """Count a try; the contact whose code it is, if the digits are right. One write, one read.

    Raises `Rejected`: `code_wrong`, or `code_over`, the same for a code that was used, is too old,
    was guessed at too often, or never was.
    """
    try:
        customers.write(Update(code.key, add={"tries": 1}, condition=_open(purpose, now)))
    except ConditionFailed as refused:
        raise _over(refused.found(0) or {}, now) from refused
    item = customers.get(code.key) or {}
    right = hmac.compare_digest(_only_digits(typed), digits_of(code))
    if not (right and "contact_id" in item):
        raise _wrong("typed")
    return str(item["contact_id"])


def spending(code: Code, purpose: Purpose, by: str, now: datetime) -> Update:
    """The operation that spends a code whose digits were right, for a write of its caller. It may
    be done twice in the name of the same `by`."""
    spent = {"used_at": iso(now), "used_by": by}
    return Update(code.key, set=spent, condition=_unspent(purpose, by, now))


def _open(purpose: Purpose, now: datetime) -> Condition:
    return Condition(
        "code_open",
        "#purpose = :purpose AND #until > :now AND #tries < :tries"
        " AND attribute_not_exists(#used_at)",
        "digits are guessed at few times, for a short while, and never again once they were right",
        {"purpose": purpose, "now": iso(now), "tries": TRIES},
    )


def _unspent(purpose: Purpose, by: str, now: datetime) -> Condition:
    return Condition(
        "code_unspent",
        "#purpose = :purpose AND #until > :now"
        " AND (attribute_not_exists(#used_at) OR #used_by = :by)",
        "a code does one thing once, however often it is sent",
        {"purpose": purpose, "by": by, "now": iso(now)},
    )


_NEW: Final = Condition(
    "code_new", "attribute_not_exists(#pk)", "no code takes the place of another"
)


def _over(found: Item, now: datetime) -> CrmError:
    if "until" not in found:
        return over("unknown")
    if "used_at" in found:
        return over("replayed")
    return over("expired" if found["until"] <= iso(now) else "guessed")


def over(why: str) -> CrmError:
    """A code that is no good any more; `why` is counted and not told."""
    count("CodeRefused", why=why)
    wrong = FieldError("code", "code_over", "This code is no longer good. Ask for a new one")
    return Rejected("code_over", "You did not get any further", [wrong])


def _wrong(why: str) -> CrmError:
    count("CodeRefused", why=why)
    wrong = FieldError("code", "code_wrong", "That is not the code we sent")
    return Rejected("code_wrong", "You did not get any further", [wrong])


def _only_digits(typed: str) -> str:
    # Mail programs and people put a space in the middle.
    return "".join(one for one in typed if one in "0123456789")
