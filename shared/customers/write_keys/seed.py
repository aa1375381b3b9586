"""Planting the write keys of a blueprint, whose secrets are made here and shown once."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from shared.kernel.errors import NotFound
from shared.platform.keys import keyed_hash

from .model import SECRET_PREFIX, WriteKey, WriteKeys
from .repository import HASH_PURPOSE, NAME, configuration


def plant(blueprint: Iterable[Mapping[str, Any]], at: datetime) -> dict[str, str]:
    """Store the keys of `blueprint` that do not exist yet, by key id.

    Returns the texts of the secret keys that were made: they are kept nowhere else. Planting the
    same blueprint again writes nothing. Raises `Stale` when somebody saves keys meanwhile.
    """
    try:
        newest = configuration.history(NAME)[0]
        number, present = newest.number, newest.value.keys
    except NotFound:
        number, present = 0, ()
    known = {one.key_id for one in present}
    made: dict[str, str] = {}
    added: list[WriteKey] = []
    for given in blueprint:
        if given["key_id"] in known:
            continue
        if given["kind"] == "public":
            added.append(WriteKey.model_validate(given))
            continue
        text = SECRET_PREFIX + secrets.token_urlsafe(32)
        added.append(WriteKey.model_validate({**given, "key_hash": keyed_hash(HASH_PURPOSE, text)}))
        made[added[-1].key_id] = text
    if added:
        keys = WriteKeys(keys=(*present, *added))
        configuration.save(NAME, keys, by="seed", at=at, after=number, activate=True)
    return made
