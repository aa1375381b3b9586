"""The texts of keys: random, and of secret ones only the hash is ever kept."""

import secrets
from typing import Final

from shared.platform.keys import keyed_hash

from .model import PUBLIC_PREFIX, SECRET_PREFIX

HASH_PURPOSE: Final = "write-key"


def new_secret() -> str:
    """A new secret of 256 random bits."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def new_public() -> str:
    """A new public key. It need not be hard to guess, only never the same as another."""
    return PUBLIC_PREFIX + secrets.token_urlsafe(12)


def hash_of(text: str) -> str:
    """What is kept of a secret."""
    return keyed_hash(HASH_PURPOSE, text)
