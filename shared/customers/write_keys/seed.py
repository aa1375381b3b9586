"""Planting the write keys of a blueprint, whose secrets are made here and shown once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .model import WriteKey, WriteKeys
from .repository import NAME, configuration
from .texts import hash_of, new_secret


def plant(blueprint: Iterable[Mapping[str, Any]], at: datetime) -> dict[str, str]:
    """Store the keys of `blueprint` that do not exist yet, by key id.

    Returns the texts of the secret keys that were made: they are kept nowhere else. Planting the
    same blueprint again writes nothing. Raises `Stale` when somebody saves keys meanwhile.
    """
    stored = configuration.in_force(NAME)
    number, present = (stored.number, stored.value.keys) if stored else (0, ())
    known = {one.key_id for one in present}
    made: dict[str, str] = {}
    added: list[WriteKey] = []
    for given in blueprint:
        if given["key_id"] in known:
            continue
        if given["kind"] == "public":
            added.append(WriteKey.model_validate(given))
            continue
        text = new_secret()
        added.append(WriteKey.model_validate({**given, "key_hash": hash_of(text)}))
        made[added[-1].key_id] = text
    if added:
        keys = WriteKeys(keys=(*present, *added))
        configuration.save(NAME, keys, by="seed", at=at, after=number, activate=True)
    return made
