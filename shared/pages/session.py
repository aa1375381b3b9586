"""A session of pages: a signed cookie, verified on every request.

It holds who signed in, when, and when the cookie was last renewed. Whether the person still may
sign in is read from their record each time, so that what is taken from them is gone at once.
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

from . import cookies

RENEWED_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in, when, and when the cookie was last renewed.

    `proof` stands for what they showed to get in, where that can be taken from them.
    """

    who: str
    since: datetime
    renewed: datetime
    proof: str = ""

    def due(self, now: datetime) -> bool:
        """Whether the cookie should be renewed with this answer."""
        return now - self.renewed > RENEWED_AFTER

    def at(self, now: datetime) -> "Session":
        """The same session, renewed."""
        return replace(self, renewed=now)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one kind of people: the name of their cookie, and how long one lasts after
    the last request and in all."""

    cookie: str
    idle: timedelta
    longest: timedelta

    def name(self) -> str:
        """What the cookie is called here."""
        return cookies.named(self.cookie)

    def begin(self, who: str, now: datetime, proof: str = "") -> str:
        """The `Set-Cookie` header of a new session."""
        return self.keep(Session(who, now, now, proof))

    def keep(self, session: Session) -> str:
        """The `Set-Cookie` header of a session."""
        parts = {
            "s": session.who,
            "i": _milliseconds(session.since),
            "r": _milliseconds(session.renewed),
            **({"p": session.proof} if session.proof else {}),
        }
        value = seal(parts, key(cookies.PURPOSE), self._scope)
        return cookies.set_cookie(self.name(), value, self.longest)

    def end(self) -> str:
        """The `Set-Cookie` header that ends the session in this browser."""
        return cookies.set_cookie(self.name(), "", timedelta(0))

    def of(self, sent: Mapping[str, str], now: datetime) -> Session:
        """The session a request's cookies hold. Raises `Unauthorised` (`not_signed_in`,
        `session_expired`)."""
        value = sent.get(self.name())
        if not value:
            raise Unauthorised("not_signed_in", "Sign in to go on")
        try:
            found = unseal(value, key(cookies.PURPOSE), self._scope)
        except Rejected as forged:
            raise Unauthorised("not_signed_in", "Sign in to go on") from forged
        since, renewed = _instant(found["i"]), _instant(found["r"])
        if now - renewed > self.idle or now - since > self.longest:
            raise Unauthorised("session_expired", "Your session has ended. Sign in again")
        return Session(found["s"], since, renewed, found.get("p", ""))

    @property
    def _scope(self) -> str:
        return f"{self.cookie}-session"


def csrf_token(who: str, now: datetime) -> str:
    """What a form of this person must carry. It outlives a session, so that a form can still
    be sent after signing in again, but not a second midnight (UTC)."""
    text = f"{who}|{now.astimezone(UTC).date()}"
    return hmac.digest(key("csrf"), text.encode(), hashlib.sha256)[:16].hex()


def csrf_matches(token: str, who: str, now: datetime) -> bool:
    """Whether a form carries this person's token of today or yesterday."""
    known = (csrf_token(who, now), csrf_token(who, now - timedelta(days=1)))
    return any(hmac.compare_digest(token.encode(), one.encode()) for one in known)


def _milliseconds(at: datetime) -> str:
    # Rounded down: never later than the instant itself, and later than the millisecond before.
    return str(int(at.timestamp() * 1000))


def _instant(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
