"""A session of the staff's pages: a signed cookie, verified on every request.

It holds the staff id, when the person signed in and when the cookie was last renewed. It ends an
hour after the last request and twelve hours after signing in; whether the person still may sign
in, and their roles, are read from their record each time, so disabling takes effect at once.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.kernel.errors import Rejected, Unauthorised
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.settings import settings

IDLE: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=12)
RENEWED_AFTER: Final = timedelta(minutes=5)
SETUP: Final = timedelta(minutes=10)

_SCOPE: Final = "staff-session"
_PURPOSE: Final = "session"
_LONGEST_COOKIE: Final = 4_096


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in, when, and when the cookie was last renewed."""

    staff_id: str
    since: datetime
    renewed: datetime

    def due(self, now: datetime) -> bool:
        """Whether the cookie should be renewed with this answer."""
        return now - self.renewed > RENEWED_AFTER

    def at(self, now: datetime) -> "Session":
        """The same session, renewed."""
        return replace(self, renewed=now)


def begun(staff_id: str, now: datetime) -> Session:
    """A new session."""
    return Session(staff_id, now, now)


def cookie_name() -> str:
    """What the session's cookie is called."""
    return _named("crm-staff")


def set_cookie(session: Session) -> str:
    """The `Set-Cookie` header of a session."""
    position = {
        "s": session.staff_id,
        "i": _milliseconds(session.since),
        "r": _milliseconds(session.renewed),
    }
    value = seal(position, key(_PURPOSE), _SCOPE)
    return _cookie(cookie_name(), value, LONGEST)


def end_cookie() -> str:
    """The `Set-Cookie` header that ends the session in this browser."""
    return _cookie(cookie_name(), "", timedelta(0))


def flash_cookie(text: str) -> str:
    """The `Set-Cookie` header of a message for the next page; "" takes it away."""
    lifetime = timedelta(minutes=1) if text else timedelta(0)
    value = seal({"m": text[:300]}, key(_PURPOSE), "flash") if text else ""
    return _cookie("crm-flash", value, lifetime)


def flash_in(cookies: Mapping[str, str]) -> str:
    """The message the last answer left; "" for none or a forged one."""
    try:
        return unseal(cookies["crm-flash"], key(_PURPOSE), "flash")["m"]
    except (KeyError, Rejected):
        return ""


def setup_cookie(token: str, staff_id: str) -> str:
    """The `Set-Cookie` header that keeps an access token of Cognito while its person sets up an
    authenticator app; "" takes it away. No page and no script ever sees it."""
    value = seal({"t": token}, key(_PURPOSE), f"setup-{staff_id}") if token else ""
    return _cookie(_named("crm-setup"), value, SETUP if token else timedelta(0))


def setup_token_in(cookies: Mapping[str, str], staff_id: str) -> str:
    """The access token kept by `setup_cookie` for this person; "" for none or a forged one."""
    try:
        kept = cookies[_named("crm-setup")]
        return unseal(kept, key(_PURPOSE), f"setup-{staff_id}", _LONGEST_COOKIE)["t"]
    except (KeyError, Rejected):
        return ""


def session_in(cookies: Mapping[str, str], now: datetime) -> Session:
    """The session a request's cookies hold. Raises `Unauthorised` (`not_signed_in`,
    `session_expired`)."""
    value = cookies.get(cookie_name())
    if not value:
        raise Unauthorised("not_signed_in", "Sign in to go on")
    try:
        found = unseal(value, key(_PURPOSE), _SCOPE)
    except Rejected as forged:
        raise Unauthorised("not_signed_in", "Sign in to go on") from forged
    session = Session(found["s"], _instant(found["i"]), _instant(found["r"]))
    if now - session.renewed > IDLE or now - session.since > LONGEST:
        raise Unauthorised("session_expired", "Your session has ended. Sign in again")
    return session


def csrf_token(staff_id: str, now: datetime) -> str:
    """What a form of this person must carry. It outlives a session, so that a form can still
    be sent after signing in again, but not a second midnight (UTC)."""
    text = f"{staff_id}|{now.astimezone(UTC).date()}"
    return hmac.digest(key("csrf"), text.encode(), hashlib.sha256)[:16].hex()


def csrf_matches(token: str, staff_id: str, now: datetime) -> bool:
    """Whether a form carries this person's token of today or yesterday."""
    known = (csrf_token(staff_id, now), csrf_token(staff_id, now - timedelta(days=1)))
    return any(hmac.compare_digest(token.encode(), one.encode()) for one in known)


def _named(name: str) -> str:
    # The prefix binds a cookie to one host over TLS; plain HTTP (the local stack) refuses it.
    return f"__Host-{name}" if _secure() else name


def _cookie(name: str, value: str, lifetime: timedelta) -> str:
    age = int(lifetime.total_seconds())
    parts = [f"{name}={value}", "Path=/", f"Max-Age={age}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, *(["Secure"] if _secure() else [])])


def _secure() -> bool:
    return settings().need("public_base_url").startswith("https://")


def _milliseconds(at: datetime) -> str:
    # Rounded down: never later than the instant itself, and later than the millisecond before.
    return str(int(at.timestamp() * 1000))


def _instant(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
