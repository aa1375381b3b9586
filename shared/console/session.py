"""Sessions of the staff's pages. One ends an hour after the last request and twelve hours after
signing in; whether the person still works here, and with which roles, is their record's word."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from shared.kernel.errors import Rejected
from shared.kernel.paging import seal, unseal
from shared.pages import cookies
from shared.pages.session import Sessions
from shared.platform.keys import key

STAFF: Final = Sessions("crm-staff", idle=timedelta(hours=1), longest=timedelta(hours=12))
SETUP: Final = timedelta(minutes=10)

_SETUP: Final = "crm-setup"
_LONGEST_COOKIE: Final = 4_096


def setup_cookie(token: str, staff_id: str) -> str:
    """The `Set-Cookie` header that keeps an access token of Cognito while its person sets up an
    authenticator app; "" takes it away. No page and no script ever sees it."""
    value = seal({"t": token}, key(cookies.PURPOSE), f"setup-{staff_id}") if token else ""
    return cookies.set_cookie(cookies.named(_SETUP), value, SETUP if token else timedelta(0))


def setup_token_in(sent: Mapping[str, str], staff_id: str) -> str:
    """The access token kept by `setup_cookie` for this person; "" for none or a forged one."""
    try:
        kept = sent[cookies.named(_SETUP)]
        scope = f"setup-{staff_id}"
        return unseal(kept, key(cookies.PURPOSE), scope, _LONGEST_COOKIE)["t"]
    except (KeyError, Rejected):
        return ""
