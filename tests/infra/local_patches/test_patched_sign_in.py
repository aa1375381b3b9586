"""Repairs of the sign-in pool: each is still needed, and works."""

import json
from typing import Any

from infra.local.emulator import module
from tests.emulated import create, repair


def test_a_pool_of_a_template_mails_in_its_own_words() -> None:
    pools, words = module("services.cognito")._user_pools, {"EmailMessage": "Use {####}."}
    props = {"PoolName": "p", "VerificationMessageTemplate": words}
    assert (
        "VerificationMessageTemplate" not in pools[create("AWS::Cognito::UserPool", "P", **props)]
    )

    repair("pool mail")

    pool = pools[create("AWS::Cognito::UserPool", "P", **props)]
    assert pool["VerificationMessageTemplate"] == words


def _somebody() -> tuple[Any, dict[str, str]]:
    """The emulator's Cognito, and a pool where asha signs in with `Kathmandu-2025!`."""
    cognito = module("services.cognito")
    pool = create("AWS::Cognito::UserPool", "P", PoolName="p", MfaConfiguration="OPTIONAL",
                  Policies={"PasswordPolicy": {"MinimumLength": 12}})  # fmt: skip
    known = {"UserPoolId": pool, "Username": "asha"}
    cognito._admin_create_user({**known, "MessageAction": "SUPPRESS"})
    cognito._admin_set_user_password({**known, "Password": "Kathmandu-2025!", "Permanent": True})
    return cognito, {
        "UserPoolId": pool,
        "ClientId": create("AWS::Cognito::UserPoolClient", "C", UserPoolId=pool),
    }


def _sign_in(cognito: Any, at: dict[str, str], password: str = "Kathmandu-2025!") -> Any:
    parameters = {"USERNAME": "asha", "PASSWORD": password}
    flow = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": parameters}
    return json.loads(cognito._admin_initiate_auth({**at, **flow})[2])


def _answered(cognito: Any, at: dict[str, str], asked: Any, **said: str) -> Any:
    named = {"ChallengeName": asked["ChallengeName"], "Session": asked["Session"]}
    responses = {"ChallengeResponses": {"USERNAME": "asha", **said}}
    return cognito._admin_respond_to_auth_challenge({**at, **named, **responses})[0]


def test_codes_are_those_of_the_app() -> None:
    import pyotp

    cognito, at = _somebody()
    token = {"AccessToken": _sign_in(cognito, at)["AuthenticationResult"]["AccessToken"]}
    assert cognito._verify_software_token({**token, "UserCode": "000000"})[0] == 200
    asked = _sign_in(cognito, at)
    assert _answered(cognito, at, asked, SOFTWARE_TOKEN_MFA_CODE="000000") == 200

    repair("app codes")

    secret = json.loads(cognito._associate_software_token(token)[2])["SecretCode"]
    app = pyotp.TOTP(secret)
    wrong = "000000" if app.now() != "000000" else "111111"
    assert cognito._verify_software_token({**token, "UserCode": wrong})[0] == 400
    assert cognito._verify_software_token({**token, "UserCode": app.now()})[0] == 200
    preference = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
    cognito._set_user_mfa_preference({**token, **preference})
    asked = _sign_in(cognito, at)
    assert _answered(cognito, at, asked, SOFTWARE_TOKEN_MFA_CODE=wrong) == 400
    assert _answered(cognito, at, asked, SOFTWARE_TOKEN_MFA_CODE=app.now()) == 200


def test_a_mailed_code_works_once() -> None:
    cognito, at = _somebody()
    known = {"ClientId": at["ClientId"], "Username": "asha", "Password": "Pokhara-2026-lake"}
    cognito._forgot_password(known)
    assert cognito._confirm_forgot_password({**known, "ConfirmationCode": "000000"})[0] == 200

    repair("mailed codes")

    mailed = cognito._user_pools[at["UserPoolId"]]["_users"]["asha"]["_reset_code"]
    statuses = [
        cognito._confirm_forgot_password({**known, "ConfirmationCode": code})[0]
        for code in ("000000", mailed, mailed)
    ]
    assert statuses == [400, 200, 400]


def test_the_present_password_is_asked_for_and_first_ones_are_checked() -> None:
    cognito, at = _somebody()
    token = {"AccessToken": _sign_in(cognito, at)["AuthenticationResult"]["AccessToken"]}
    change = {**token, "PreviousPassword": "wrong", "ProposedPassword": "Pokhara-2026-lake"}
    assert cognito._change_password(change)[0] == 200

    repair("passwords")

    assert cognito._change_password(change)[0] == 400
    first = {"UserPoolId": at["UserPoolId"], "Username": "asha", "Permanent": False}
    cognito._admin_set_user_password({**first, "Password": "Kathmandu-2025!"})
    asked = _sign_in(cognito, at)
    forged = {**asked, "Session": "made-up"}
    assert _answered(cognito, at, asked, NEW_PASSWORD="weak") == 400
    assert _answered(cognito, at, forged, NEW_PASSWORD="Pokhara-2026-lake") == 400
    assert _answered(cognito, at, asked, NEW_PASSWORD="Pokhara-2026-lake") == 200
