"""People who can sign in to the pages of a test, with a password and an authenticator app."""

import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPool
from moto.cognitoidp.utils import cognito_totp

from tests import cloud
from tests.pages import Page, browse
from tests.staffing import hire, person

PASSWORD: Final = "Kathmandu-2025!"
ANOTHER: Final = "Pokhara-2026-lake"
SIGN_IN: Final = "/console/sign-in"

_SECRET: Final = "asdfasdfasdf"
"""The one secret of every authenticator app in moto."""


def pool() -> dict[str, str]:
    """The sign-in pool, for a call about it."""
    _aliases()
    return {"UserPoolId": cloud.staff_pool()}


def enrolled(name: str = "asha", /, *, temporary: bool = False, **more: Any) -> None:
    """Hire somebody who signs in with `PASSWORD`: an invited person once, and others always."""
    known = {**pool(), "Username": name}
    cognito = cloud.client("cognito-idp")
    attributes = {"email": f"{name}@example.com", "email_verified": "true"}
    cognito.admin_create_user(
        **known,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
    )
    cognito.admin_set_user_password(**known, Password=PASSWORD, Permanent=not temporary)
    hire(person(name).model_copy(update=more))


def app_code(minutes_ago: int = 0) -> str:
    """What the authenticator app shows, or showed."""
    at = int(time.time()) - 60 * minutes_ago
    return str(cognito_totp(_SECRET).generate(at).decode())


@cache
def _aliases() -> None:
    # moto takes an e-mail address for a username only where usernames are addresses.
    find, log_in = CognitoIdpUserPool._get_user, CognitoIdpBackend._log_user_in

    def found(self: Any, username: str) -> Any:
        for user in self.users.values():
            if any(one["Name"] == "email" and one["Value"] == username for one in user.attributes):
                return user
        return find(self, username)

    def logged_in(self: Any, user_pool: Any, client: Any, username: str) -> Any:
        return log_in(self, user_pool, client, user_pool._get_user(username).username)

    CognitoIdpUserPool._get_user = found  # type: ignore[method-assign]
    CognitoIdpBackend._log_user_in = logged_in  # type: ignore[method-assign]


def post(path: str, form: Mapping[str, str], **more: Any) -> Page:
    """Send a form of the sign-in pages."""
    pool()
    return browse("console_sign_in", "POST", path, form=form, **more)


def try_password(
    password: str = PASSWORD, email: str = "asha@example.com", *, network: str = "203.0.113.7",
    **form: str,
) -> Page:  # fmt: skip
    """Sign in from a network address."""
    given = {"email": email, "password": password, **form}
    return post(SIGN_IN, given, headers={"x-viewer-address": network})


def cookie_of(page: Page, name: str = "__Host-crm-staff") -> str:
    """A cookie an answer sets, as the browser sends it back; "" for none."""
    for cookie in page.cookies:
        if cookie.startswith(f"{name}=") and not cookie.startswith(f"{name}=;"):
            return cookie.partition(";")[0]
    return ""
