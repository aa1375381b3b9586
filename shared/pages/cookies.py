"""Cookies: out of reach of scripts and other sites, bound to one host over TLS."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from shared.kernel.errors import Rejected
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.settings import settings

PURPOSE: Final = "session"
"""The purpose of the key that all cookies are signed with."""

_FLASH: Final = "crm-flash"
_FLASH_KEPT: Final = timedelta(minutes=1)
_LONGEST_FLASH: Final = 300


def named(name: str) -> str:
    """What a cookie is called here."""
    # The prefix binds a cookie to one host over TLS; plain HTTP (the local stack) refuses it.
    return f"__Host-{name}" if _secure() else name


def set_cookie(name: str, value: str, lifetime: timedelta) -> str:
    """The `Set-Cookie` header of a cookie; a lifetime of zero takes it away."""
    age = int(lifetime.total_seconds())
    parts = [f"{name}={value}", "Path=/", f"Max-Age={age}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, *(["Secure"] if _secure() else [])])


def flash_cookie(text: str) -> str:
    """The `Set-Cookie` header of a message for the next page; "" takes it away."""
    lifetime = _FLASH_KEPT if text else timedelta(0)
    value = seal({"m": text[:_LONGEST_FLASH]}, key(PURPOSE), "flash") if text else ""
    return set_cookie(_FLASH, value, lifetime)


def flash_in(cookies: Mapping[str, str]) -> str:
    """The message the last answer left; "" for none or a forged one."""
    try:
        return unseal(cookies[_FLASH], key(PURPOSE), "flash")["m"]
    except (KeyError, Rejected):
        return ""


def _secure() -> bool:
    return settings().need("public_base_url").startswith("https://")
