"""Signing in as a customer of the local stack: asking for a code, and reading their mail for it."""

import json
import re
import time
import urllib.error
import urllib.request
from typing import Any, Final

from .home import Home
from .mail import Mail, sent
from .trouble import Trouble

_PATIENCE_SECONDS: Final = 15
_POLL_SECONDS: Final = 0.1
_CODE: Final = re.compile(r"\b\d{6}\b")


def token(home: Home, email: str) -> str:
    """An access token of the contact that signs in by `email`. Raises `Trouble`."""
    before = len(_codes(home, email))
    asked = _post(home, "/v1/portal/sign-in", {"email": email})
    code = _mailed(home, email, before)
    given = {"sign_in": asked["sign_in"], "code": code}
    return str(_post(home, "/v1/portal/sign-in/code", given)["access_token"])


def code_in(mail: Mail) -> str:
    """The code that a mail brings; "" for none."""
    found = _CODE.search(mail.subject)
    return found.group() if found else ""


def _mailed(home: Home, email: str, before: int) -> str:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while len(codes := _codes(home, email)) <= before:
        if time.monotonic() > deadline:
            raise Trouble(
                f"No code was mailed to {email}.",
                "Is there a contact with this address? See: crm mail, crm logs portal_mail",
            )
        time.sleep(_POLL_SECONDS)
    return codes[-1]


def _codes(home: Home, email: str) -> list[str]:
    mails = [one for one in sent(home) if email.strip().lower() in one.to]
    return [code for code in map(code_in, mails) if code]


def _post(home: Home, path: str, body: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(
        home.url + path, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refusal:
        said = json.load(refusal).get("detail", refusal.reason)
        raise Trouble(f"This customer cannot sign in: {said}.", "See: crm logs portal_token") from (
            refusal
        )
    return found
