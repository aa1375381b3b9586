"""Signing in to the staff's pool: the one place that asks Cognito who somebody is.

Cognito answers either that they are in, or with a challenge: a new password for an invited
person, a code from their authenticator app for those who set one up. A challenge is answered with
its `session`, valid for `CHALLENGE_MINUTES`.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from botocore.exceptions import ClientError

from shared.kernel.errors import Busy, FieldError, Rejected, Unauthorised

from .aws import client
from .json_api import COGNITO
from .passwords import check_password
from .settings import settings

ChallengeName = Literal["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"]

CHALLENGE_MINUTES: Final = 15
"""The longest Cognito allows: thinking up a password takes a while."""

_UNKNOWN: Final = (
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
)
_WRONG_CODE: Final = (
    "CodeMismatchException",
    "EnableSoftwareTokenMFAException",
    "ExpiredCodeException",
)
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


def new_password(challenge: Challenge, password: str) -> SignedIn | Challenge:
    """Answer the challenge of an invited person. Raises `Rejected` for a weak password, and
    `Unauthorised` when it is too late."""
    check_password(password, "new_password")
    return _answer(challenge, NEW_PASSWORD=password)


def code(challenge: Challenge, code: str) -> SignedIn | Challenge:
    """Answer with a code of the authenticator app. Raises `Rejected` (`code_wrong`), and
    `Unauthorised` when it is too late."""
    return _answer(challenge, SOFTWARE_TOKEN_MFA_CODE=_digits(code))


def send_code(email: str) -> None:
    """Have Cognito mail a code to set a new password with.

    Whether there is such a person, whether they may have one yet and whether they can be mailed
    makes no difference to the caller. Raises `Busy` when the whole pool is.
    """
    _public("forgot_password", silent=True, Username=email)


def set_with_code(email: str, code: str, password: str) -> None:
    """Set a new password with a mailed code. Raises `Rejected`: a weak password, or a code that
    is wrong, too old, or for nobody."""
    check_password(password, "new_password")
    try:
        _public(
            "confirm_forgot_password",
            Username=email,
            ConfirmationCode=_digits(code),
            Password=password,
        )
    except (Unauthorised, Busy) as refused:
        # Cognito limits known people's tries: that too would tell who is known.
        raise _error("CodeMismatchException") from refused


def username_of(email: str) -> str | None:
    """The staff id of whoever signs in with an address."""
    found = _known(email)
    return str(found["Username"]) if found else None


def has_authenticator(staff_id: str) -> bool:
    """Whether this person signs in with an authenticator app too."""
    found = _known(staff_id)
    return found is not None and "SOFTWARE_TOKEN_MFA" in found.get("UserMFASettingList", ())


def change_password(access_token: str, before: str, password: str) -> None:
    """Change one's own password. Raises `Rejected` for a weak one."""
    check_password(password, "new_password")
    _public(
        "change_password",
        AccessToken=access_token,
        PreviousPassword=before,
        ProposedPassword=password,
    )


def new_authenticator(access_token: str) -> str:
    """A secret (base 32) for one's authenticator app; it counts once a code was shown."""
    said = _public("associate_software_token", AccessToken=access_token)
    return str(said["SecretCode"])


def use_authenticator(access_token: str, code: str) -> None:
    """From now on ask this person for a code too. Raises `Rejected` (`code_wrong`)."""
    said = _public("verify_software_token", AccessToken=access_token, UserCode=_digits(code))
    if said.get("Status") != "SUCCESS":
        raise _error("CodeMismatchException")
    _prefer(access_token, on=True)


def drop_authenticator(access_token: str) -> None:
    """Ask this person for a password only."""
    _prefer(access_token, on=False)


def _known(name: str) -> dict[str, Any] | None:
    """Somebody by their username or address."""
    try:
        return COGNITO.call("AdminGetUser", UserPoolId=_pool_id(), Username=name)
    except ClientError as refused:
        if refused.response["Error"]["Code"] == "UserNotFoundException":
            return None
        raise


def _answer(challenge: Challenge, **said: str) -> SignedIn | Challenge:
    return _asked(
        "admin_respond_to_auth_challenge",
        ChallengeName=challenge.name,
        Session=challenge.session,
        ChallengeResponses={"USERNAME": challenge.staff_id, **said},
    )


def _prefer(access_token: str, *, on: bool) -> None:
    # Cognito refuses to prefer what is switched off.
    preference = {"Enabled": on, "PreferredMfa": on}
    _public(
        "set_user_mfa_preference", AccessToken=access_token, SoftwareTokenMfaSettings=preference
    )


def _asked(operation: str, **request: Any) -> SignedIn | Challenge:
    pool = client("cognito-idp")
    try:
        said = getattr(pool, operation)(UserPoolId=_pool_id(), ClientId=_client_id(), **request)
    except pool.exceptions.ClientError as refusal:
        raise _error(refusal.response["Error"]["Code"]) from refusal
    if "AuthenticationResult" in said:
        token = said["AuthenticationResult"]["AccessToken"]
        return SignedIn(username_in(token), token)
    parameters = said.get("ChallengeParameters", {})
    sent = request.get("ChallengeResponses") or request.get("AuthParameters") or {}
    username = parameters.get("USER_ID_FOR_SRP") or sent["USERNAME"]
    return Challenge(said["ChallengeName"], said["Session"], username)


def _public(operation: str, *, silent: bool = False, **request: Any) -> dict[str, Any]:
    """Call an operation anybody may call: what it is sent proves who asks."""
    pool = client("cognito-idp")
    if "AccessToken" not in request:
        request["ClientId"] = _client_id()
    try:
        said: dict[str, Any] = getattr(pool, operation)(**request)
    except pool.exceptions.ClientError as refusal:
        refused = refusal.response["Error"]["Code"]
        if silent and refused != "TooManyRequestsException":
            return {}
        raise _error(refused) from refusal
    return said


def _error(refused: str) -> Exception:
    if refused in _WRONG_CODE:
        text = "That code is not right, or it is too old"
        return Rejected("code_wrong", fields=[FieldError("code", "code_wrong", text)])
    if refused in ("InvalidPasswordException", "PasswordHistoryPolicyViolationException"):
        text = "This password cannot be used. Choose another"
        return Rejected("password_weak", fields=[FieldError("new_password", "password_weak", text)])
    if refused in _TOO_MANY:
        return Busy("busy", "Too many people are signing in. Try again in a minute")
    if refused in _UNKNOWN or refused == "InvalidParameterException":
        return Unauthorised("sign_in_failed", "The address or the password is wrong")
    return Busy("busy", "Signing in does not work at the moment. Try again in a minute")


def username_in(token: str) -> str:
    """Whose access token this is. For a token that Cognito itself just handed over, or that is
    to be handed back to it: nothing is verified."""
    import base64
    import json

    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return str(claims["username"])


def _digits(code: str) -> str:
    # Apps show "123 456"; what is no code at all must not reach Cognito's own validation.
    digits = "".join(one for one in code if one in "0123456789")
    if len(digits) != 6:
        raise _error("CodeMismatchException")
    return digits


def _pool_id() -> str:
    return settings().need("staff_pool_id")


def _client_id() -> str:
    return settings().need("staff_client_id")
