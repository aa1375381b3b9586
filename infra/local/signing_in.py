"""Cognito's checks that the emulator leaves out: it takes any code, any session, and any present
password. Signing in must fail here when it would fail in AWS."""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pyotp

from .emulator import module

Data = Mapping[str, Any]
Answer = tuple[int, Mapping[str, str], bytes]

_asked: dict[str, tuple[str, str]] = {}
"""Session → the challenge it belongs to and whose it is. Ends with the process, as it may."""

_DRIFT: Final = 1
"""A phone's clock may be half a minute off."""


def check_codes() -> None:
    """Take only codes of the authenticator app that was set up."""
    cognito = module("services.cognito")
    associate, verify = cognito._associate_software_token, cognito._verify_software_token

    @functools.wraps(associate)
    def _associate(data: Data) -> Answer:
        answer: Answer = associate(data)
        if user := _user_of(data):
            user["_totp_offered"] = json.loads(answer[2])["SecretCode"]
        return answer

    @functools.wraps(verify)
    def _verify(data: Data) -> Answer:
        user = _user_of(data) or {}
        offered = user.get("_totp_offered")
        if not _shows(offered, data.get("UserCode")):
            return _refusal("EnableSoftwareTokenMFAException", "Code mismatch")
        enabled = list(user.get("_mfa_enabled", []))
        answer: Answer = verify(data)
        # It counts once it is preferred, which is another call.
        user |= {"_totp": offered, "_mfa_enabled": enabled}
        return answer

    cognito._associate_software_token, cognito._verify_software_token = _associate, _verify
    _when("SOFTWARE_TOKEN_MFA", _app_code)


def check_mailed_codes() -> None:
    """Take only the code that was mailed last, once."""
    cognito = module("services.cognito")
    confirm = cognito._confirm_forgot_password

    @functools.wraps(confirm)
    def _confirm(data: Data) -> Answer:
        user = _user_called(data.get("ClientId"), data.get("Username"))
        if not user or data.get("ConfirmationCode") != user.get("_reset_code"):
            return _refusal("CodeMismatchException", "Invalid verification code provided")
        answer: Answer = confirm(data)
        if answer[0] == 200:
            user.pop("_reset_code", None)
        return answer

    cognito._confirm_forgot_password = _confirm


def check_passwords() -> None:
    """Ask for the present password before it is changed; take first ones by the pool's rules and
    only from whom they were asked for."""
    cognito = module("services.cognito")
    change = cognito._change_password

    @functools.wraps(change)
    def _change(data: Data) -> Answer:
        user = _user_of(data)
        if user and user.get("_password") != data.get("PreviousPassword"):
            return _refusal("NotAuthorizedException", "Incorrect username or password.")
        answer: Answer = change(data)
        return answer

    cognito._change_password = _change
    for name in ("_admin_initiate_auth", "_initiate_auth"):
        setattr(cognito, name, _remembering(getattr(cognito, name)))
    _when("NEW_PASSWORD_REQUIRED", _first_password)


def _remembering(initiate: Callable[[Data], Answer]) -> Callable[[Data], Answer]:
    @functools.wraps(initiate)
    def _initiate(data: Data) -> Answer:
        answer = initiate(data)
        said = json.loads(answer[2] or b"{}")
        if session := said.get("Session"):
            user = _user_called(data.get("ClientId"), data["AuthParameters"].get("USERNAME"))
            _asked[session] = (said["ChallengeName"], (user or {}).get("Username", ""))
        return answer

    return _initiate


def _when(challenge: str, refuses: Callable[[Data, dict[str, Any]], Answer | None]) -> None:
    cognito = module("services.cognito")
    for name in ("_admin_respond_to_auth_challenge", "_respond_to_auth_challenge"):
        setattr(cognito, name, _refusing(getattr(cognito, name), challenge, refuses))


def _refusing(
    respond: Callable[[Data], Answer],
    challenge: str,
    refuses: Callable[[Data, dict[str, Any]], Answer | None],
) -> Callable[[Data], Answer]:
    @functools.wraps(respond)
    def _respond(data: Data) -> Answer:
        if data.get("ChallengeName") == challenge:
            said = data.get("ChallengeResponses") or {}
            user = _user_called(data.get("ClientId"), said.get("USERNAME")) or {}
            if refused := refuses(data, user):
                return refused
        return respond(data)

    return _respond


def _app_code(data: Data, user: dict[str, Any]) -> Answer | None:
    code = data["ChallengeResponses"].get("SOFTWARE_TOKEN_MFA_CODE")
    if _shows(user.get("_totp"), code):
        return None
    return _refusal("CodeMismatchException", "Invalid code received for user")


def _first_password(data: Data, user: dict[str, Any]) -> Answer | None:
    cognito = module("services.cognito")
    if _asked.get(data.get("Session", "")) != ("NEW_PASSWORD_REQUIRED", user.get("Username")):
        return _refusal("NotAuthorizedException", "Invalid session for the user.")
    pool = _pool_of(data.get("ClientId"))
    weak: Answer | None = cognito._validate_password(
        pool, data["ChallengeResponses"].get("NEW_PASSWORD", "")
    )
    return weak


def _shows(secret: str | None, code: object) -> bool:
    return bool(secret) and pyotp.TOTP(str(secret)).verify(str(code), valid_window=_DRIFT)


def _user_of(data: Data) -> dict[str, Any] | None:
    """Whose access token it is."""
    cognito = module("services.cognito")
    for pool in cognito._user_pools.values():
        if user := cognito._user_from_token(data.get("AccessToken") or "", pool):
            found: dict[str, Any] = user
            return found
    return None


def _user_called(client_id: object, username: object) -> dict[str, Any] | None:
    pool = _pool_of(client_id)
    user: dict[str, Any] | None = module("services.cognito")._resolve_user(pool, username)[0]
    return user


def _pool_of(client_id: object) -> Any:
    pools = module("services.cognito")._user_pools.values()
    return next((pool for pool in pools if client_id in pool["_clients"]), {"_users": {}})


def _refusal(code: str, message: str) -> Answer:
    refused: Answer = module("core.responses").error_response_json(code, message, 400)
    return refused
