"""Where write keys are kept (table `customers`, see `platform.configuration`): all keys are one
configuration, so that checking one costs no read for 30 seconds, a made-up one included."""

from datetime import datetime
from typing import Final

from shared.customers.tables import CUSTOMERS
from shared.directory.audit import recorded
from shared.kernel.errors import NotFound, Unauthorised
from shared.platform.configuration import Configuration
from shared.platform.tables import Table

from .model import PUBLIC_PREFIX, WriteKey, WriteKeys
from .texts import hash_of

NAME: Final = "all"

configuration = Configuration(Table(CUSTOMERS), "write_key", WriteKeys, audit=recorded)


def write_key_of(text: str | None, now: datetime) -> WriteKey:
    """The valid key that a caller showed as `text`. At most one read, none within 30 seconds.

    Raises `Unauthorised`: `write_key_missing` or `write_key_unknown` (an ended one included).
    """
    if not text:
        raise Unauthorised("write_key_missing", "Send a write key as `x-write-key`")
    public = text.startswith(PUBLIC_PREFIX)
    shown = text if public else hash_of(text)
    for one in _valid(now):
        if (one.kind == "public") == public and shown in one.texts(now):
            return one
    raise Unauthorised("write_key_unknown", "This write key is not valid")


def public_origins(now: datetime) -> frozenset[str]:
    """The origins of all valid public keys: a browser asking beforehand shows no key yet."""
    return frozenset(origin for one in _valid(now) for origin in one.allowed_origins)


def public_text(text: str, now: datetime) -> str:
    """What a page that was given the public key `text` should carry by now: the same, or what it
    was rotated to since. At most one read, none within 30 seconds."""
    for one in _all(now):
        if text == one.key or any(text == former.key for former in one.former):
            return one.key or text
    return text


def _valid(now: datetime) -> list[WriteKey]:
    return [one for one in _all(now) if not one.ended(now)]


def _all(now: datetime) -> tuple[WriteKey, ...]:
    try:
        return configuration.active(NAME, now).value.keys
    except NotFound:
        return ()
