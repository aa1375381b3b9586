"""The customers' sign-in pool: its usernames are contact ids, and it holds nothing else about
anybody.

A customer has no password. Whoever signs one in hands over a proof that the triggers of the pool
check (`shared/customers/portal/challenge.py`); Cognito is asked only once there is one, so guesses
cannot use up what an account may ask of Cognito.
"""

import secrets
import string
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.kernel.errors import Busy, Unauthorised

from .aws import client
from .passwords import SYMBOLS
from .settings import settings

SESSION_MINUTES: Final = 15
"""How long Cognito waits for an answer, and how long a token of its is good."""

CHALLENGE: Final = "CUSTOM_CHALLENGE"
"""Cognito's name for what the pool's triggers ask."""


_BUSY: Final = ("TooManyRequestsException", "LimitExceededException", "InternalErrorException")
_PASSWORD_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a customer's programs ask with, good for `seconds`."""

    access_token: str
    seconds: int


def sign_in(contact_id: str, proof: str) -> Tokens:
    """Sign a customer in by `proof`; whoever comes for the first time is made known to the pool.

    Raises `Unauthorised` where the proof does not hold or the pool has the customer disabled, and
    `Busy`.
    """
    try:
        session = _begun(contact_id)
    except Unauthorised:
        _make_known(contact_id)
        session = _begun(contact_id)
    answer = _asked(
        "admin_respond_to_auth_challenge",
        ChallengeName=CHALLENGE,
        Session=session,
        ChallengeResponses={"USERNAME": contact_id, "ANSWER": proof},
    )
    if "AuthenticationResult" not in answer:
        raise _refused()
    found = answer["AuthenticationResult"]
    return Tokens(str(found["AccessToken"]), int(found["ExpiresIn"]))


def known_since(contact_id: str) -> datetime | None:
    """Since when the pool knows a customer; `None`: it does not."""
    pool = client("cognito-idp")
    try:
        found = pool.admin_get_user(UserPoolId=_pool_id(), Username=contact_id)
    except pool.exceptions.UserNotFoundException:
        return None
    since: datetime = found["UserCreateDate"]
    return since


def remove(contact_id: str) -> bool:
    """Forget a customer; whether the pool knew them."""
    pool = client("cognito-idp")
    try:
        pool.admin_delete_user(UserPoolId=_pool_id(), Username=contact_id)
    except pool.exceptions.UserNotFoundException:
        return False
    return True


def _begun(contact_id: str) -> str:
    answer = _asked(
        "admin_initiate_auth",
        AuthFlow="CUSTOM_AUTH",
        AuthParameters={"USERNAME": contact_id},
    )
    if answer.get("ChallengeName") != CHALLENGE:
        raise _refused()
    return str(answer["Session"])


def _make_known(contact_id: str) -> None:
    # Both may be done twice: a sign-in that broke off in between is mended by the next.
    pool = client("cognito-idp")
    known = {"UserPoolId": _pool_id(), "Username": contact_id}
    with suppress(pool.exceptions.UsernameExistsException):
        pool.admin_create_user(**known, MessageAction="SUPPRESS")
    # Without a password of their own people are to choose one first.
    pool.admin_set_user_password(**known, Password=_password_of_nobody(), Permanent=True)


def _password_of_nobody() -> str:
    alphabet = string.ascii_letters + string.digits
    text = "".join(secrets.choice(alphabet) for _ in range(_PASSWORD_LENGTH))
    # One of each kind that the pool wants.
    return f"{text}aA1{SYMBOLS[0]}"


def _asked(operation: str, **request: Any) -> dict[str, Any]:
    pool = client("cognito-idp")
    known = {"UserPoolId": _pool_id(), "ClientId": settings().need("customer_client_id")}
    try:
        answer: dict[str, Any] = getattr(pool, operation)(**known, **request)
    except pool.exceptions.ClientError as refusal:
        if refusal.response["Error"]["Code"] in _BUSY:
            text = "Too many people are signing in. Try again in a minute"
            raise Busy("busy", text) from refusal
        raise _refused() from refusal
    return answer


def _refused() -> Unauthorised:
    return Unauthorised("sign_in_failed", "You cannot be signed in")


def _pool_id() -> str:
    return settings().need("customer_pool_id")
