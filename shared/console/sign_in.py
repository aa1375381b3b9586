"""Signing in to the pages: the same answer whether a person exists, slowed down (`platform.tries`).

What is still asked of somebody whose password was right (a code, a new password) is kept by the
browser in a signed field, so nothing is stored about those who go away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.directory.access import person_signed_in
from shared.directory.model import StaffMember
from shared.directory.repository import directory
from shared.directory.sessions import end_sessions
from shared.kernel.errors import FieldError, Rejected, Unauthorised
from shared.kernel.paging import seal, unseal
from shared.platform import staff_pool
from shared.platform.keys import key
from shared.platform.passwords import check_password
from shared.platform.staff_pool import Challenge, SignedIn
from shared.platform.tries import Tries, tries_of

_TRIES: Final = Tries(directory)
_SCOPE: Final = "sign-in-challenge"
_LONGEST_SEAL: Final = 8_192


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right, and what is still asked of them until `until`."""

    challenge: Challenge
    tries: str
    """The partition key their tries are counted under."""
    until: datetime

    def sealed(self) -> str:
        """This as a field of a form. It holds nothing the browser may not see, and is signed."""
        parts = {
            "c": self.challenge.name,
            "s": self.challenge.session,
            "u": self.challenge.staff_id,
            "t": self.tries,
            "e": str(int(self.until.timestamp())),
        }
        return seal(parts, key("session"), _SCOPE)


def pending_in(text: str, now: datetime) -> Pending:
    """What `Pending.sealed` made. Raises `Unauthorised` when it is too late, or not ours."""
    late = Unauthorised("sign_in_expired", "That took too long. Sign in again")
    try:
        parts = unseal(text, key("session"), _SCOPE, _LONGEST_SEAL)
    except Rejected as forged:
        raise late from forged
    until = datetime.fromtimestamp(int(parts["e"]), UTC)
    if now >= until:
        raise late
    name: Any = parts["c"]
    return Pending(Challenge(name, parts["s"], parts["u"]), parts["t"], until)


def with_password(email: str, password: str, network: str, now: datetime) -> SignedIn | Pending:
    """Sign in. Raises `TooManyTries` without asking Cognito, and `Rejected` (`sign_in_failed`),
    the same whether the person is unknown, disabled, or mistyped."""
    email = email.strip()

    def ask() -> SignedIn | Challenge:
        if "@" not in email:  # a username signs in too, but would have tries of its own
            raise _failed()
        return staff_pool.sign_in(email, password)

    try:
        return _tried(tries_of("person", email), network, now, ask)
    except Unauthorised as refused:
        raise _failed() from refused


def go_on(
    pending: Pending, answer: Callable[[Challenge], SignedIn | Challenge], network: str,
    now: datetime,
) -> SignedIn | Pending:  # fmt: skip
    """Answer what is still asked with `staff_pool.code` or `new_password`. Raises what that
    raises, and `TooManyTries`."""
    return _tried(pending.tries, network, now, lambda: answer(pending.challenge))


def admitted(found: SignedIn, now: datetime) -> StaffMember:
    """Who signed in, if they work here. Raises `Rejected` (`account_disabled`)."""
    try:
        return person_signed_in(found.staff_id, now)
    except Unauthorised as unknown:
        text = "This account is not in use. Ask your administrator"
        raise Rejected("account_disabled", text) from unknown


def proved(person: StaffMember, password: str, code: str, network: str, now: datetime) -> SignedIn:
    """Somebody who is signed in shows that it is them, before their sign-in changes. `code` is
    needed of those with an authenticator app. Raises `Rejected` and `TooManyTries`."""

    def ask() -> SignedIn | Challenge:
        found = staff_pool.sign_in(person.staff_id, password)
        if isinstance(found, Challenge) and found.name == "SOFTWARE_TOKEN_MFA":
            return staff_pool.code(found, code)
        return found

    try:
        found = _tried(tries_of("person", person.email), network, now, ask)
    except Unauthorised as refused:
        raise _wrong_password() from refused
    if isinstance(found, Pending):
        raise _wrong_password()
    return found


def send_code(email: str, network: str, now: datetime) -> None:
    """Mail a code to set a new password with; nobody can tell whether it was. Raises
    `TooManyTries`."""
    email = email.strip()
    tries = tries_of("forgotten", email)
    _TRIES.count(tries, network, now)
    if "@" in email:
        staff_pool.send_code(email)


def set_with_code(email: str, code: str, password: str, network: str, now: datetime) -> None:
    """Set a new password with a mailed code, and end all sessions that began with the old one.
    Raises `TooManyTries`, and `Rejected` as `staff_pool.set_with_code`."""
    email = email.strip()
    check_password(password, "new_password")
    tries = tries_of("forgotten", email)
    _TRIES.count(tries, network, now)
    staff_pool.set_with_code(email, code, password)
    _TRIES.forget(tries, network, now)
    if staff_id := staff_pool.username_of(email):
        end_sessions(staff_id, now, now, by=staff_id)


def _tried(
    tries: str, network: str, now: datetime, ask: Callable[[], SignedIn | Challenge]
) -> SignedIn | Pending:
    _TRIES.count(tries, network, now)
    found = ask()
    if isinstance(found, Challenge):
        return Pending(found, tries, now + timedelta(minutes=staff_pool.CHALLENGE_MINUTES))
    _TRIES.forget(tries, network, now)
    return found


def _failed() -> Rejected:
    return Rejected("sign_in_failed", "The address or the password is wrong")


def _wrong_password() -> Rejected:
    text = "This is not your password"
    return Rejected("password_wrong", fields=[FieldError("password", "password_wrong", text)])
