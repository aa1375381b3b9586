"""Signing in to the staff's pool with a password: the one place that asks Cognito who somebody is.

Cognito answers either that they are in, or with a challenge: a new password for an invited
person, a code from their authenticator app for those who set one up. A challenge is answered with
its `session`, valid for three minutes.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.kernel.errors import Busy, Rejected, Unauthorised

from .aws import client
from .settings import settings

ChallengeName = Literal["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"]

_UNKNOWN: Final = (
    "NotAuthorizedException",
    "UserNotFoundException",
    "PasswordResetRequiredException",
)
_WRONG_CODE: Final = ("CodeMismatchException", "EnableSoftwareTokenMFAException")
_TOO_MANY: Final = ("TooManyRequestsException", "LimitExceededException")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody proved who they are. `access_token` lets them change their own sign-in."""

    staff_id: str
    access_token: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is still to be shown. `staff_id` is their username."""

    name: ChallengeName
    session: str
    staff_id: str


def sign_in(email: str, password: str) -> SignedIn | Challenge:
    """Ask for an e-mail address and a password. Raises `Unauthorised` (`sign_in_failed`), the
    same whether the person is unknown, disabled or mistyped."""
    return _asked(
        "admin_initiate_auth",
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )


def answer(challenge: Challenge, **said: str) -> SignedIn | Challenge:
    """Answer a challenge: `NEW_PASSWORD=…` or `SOFTWARE_TOKEN_MFA_CODE=…`.

    Raises `Unauthorised` when it is too late, `Rejected` for a password the pool does not take
    and for a wrong code.
    """
    return _asked(
        "admin_respond_to_auth_challenge",
        ChallengeName=challenge.name,
        Session=challenge.session,
        ChallengeResponses={"USERNAME": challenge.staff_id, **said},
    )


def _asked(operation: str, **request: Any) -> SignedIn | Challenge:
    known = settings()
    pool = client("cognito-idp")
    asked = {"UserPoolId": known.need("staff_pool_id"), "ClientId": known.need("staff_client_id")}
    try:
        said = getattr(pool, operation)(**asked, **request)
    except pool.exceptions.ClientError as refusal:
        raise _error(refusal.response["Error"]["Code"]) from refusal
    if "AuthenticationResult" in said:
        token = said["AuthenticationResult"]["AccessToken"]
        return SignedIn(_username_in(token), token)
    parameters = said.get("ChallengeParameters", {})
    sent = request.get("ChallengeResponses") or request.get("AuthParameters") or {}
    username = parameters.get("USER_ID_FOR_SRP") or sent["USERNAME"]
    return Challenge(said["ChallengeName"], said["Session"], username)


def _error(code: str) -> Exception:
    if code in _UNKNOWN:
        return Unauthorised("sign_in_failed", "The address or the password is wrong")
    if code in _WRONG_CODE:
        return Rejected("code_wrong", "That code is not right, or it is too old")
    if code == "InvalidPasswordException":
        return Rejected(
            "password_weak",
            "Use at least 12 characters with upper and lower case letters, a digit and a symbol",
        )
    if code in _TOO_MANY:
        return Busy("busy", "Too many people are signing in. Try again in a minute")
    return Unauthorised("sign_in_failed", "The address or the password is wrong")


def _username_in(token: str) -> str:
    # Cognito itself handed it over, over TLS, in this call: nothing to verify.
    import base64
    import json

    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return str(claims["username"])
