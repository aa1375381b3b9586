"""Making, rotating and ending write keys. All keys are one configuration with one version, which
every change names (`after`) and moves on by one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.kernel.errors import Conflict, FieldError, NotFound, Rejected, Stale
from shared.platform.audit import Action

from .model import MAX_FORMER, FormerKey, Kind, WriteKey, WriteKeys
from .repository import NAME, configuration
from .texts import hash_of, new_public, new_secret

OVERLAP: Final = timedelta(days=7)
"""How long a rotated key's former text goes on when nobody says otherwise."""

MAX_OVERLAP: Final = timedelta(days=366)

MAX_KEYS: Final = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A key that was made or rotated, in `version` of all keys. `text` is what its user is to
    show: of a secret it is kept nowhere and cannot be told again."""

    key: WriteKey
    text: str
    version: int


def write_keys() -> tuple[int, tuple[WriteKey, ...]]:
    """All keys, ended ones included, and the version they are of (0: there are none). One read."""
    stored = configuration.in_force(NAME)
    return (stored.number, stored.value.keys) if stored else (0, ())


def create_key(
    key_id: str,
    kind: Kind,
    allowed_origins: tuple[str, ...],
    *,
    after: int,
    by: str,
    now: datetime,
) -> Made:
    """Make a key; it opens everywhere within 30 seconds.

    Raises `Stale`, `Conflict` when the id is taken, and `Rejected` for a secret with origins or
    when there are too many keys.
    """
    if kind != "public" and allowed_origins:
        raise _secret_has_no_pages()
    keys = _known(after)
    if any(one.key_id == key_id for one in keys):
        raise Conflict("write_key_exists", "There is a write key of that id", key_id=key_id)
    if len(keys) >= MAX_KEYS:
        raise Rejected("too_many_keys", f"There may be {MAX_KEYS} write keys")
    text, kept = _new_text(kind)
    made = WriteKey(key_id=key_id, kind=kind, allowed_origins=allowed_origins, **kept)
    version = _save((*keys, made), key_id, "created", after=after, by=by, now=now)
    return Made(made, text, version)


def rotate_key(
    key_id: str, *, former_until: datetime | None, after: int, by: str, now: datetime
) -> Made:
    """Give a key a new text. The former one opens until `former_until` (in a week when `None`),
    so both open meanwhile.

    Raises `NotFound`, `Stale`, `Conflict` for a key that has ended, and `Rejected` for an overlap
    of over a year.
    """
    until = former_until or now + OVERLAP
    if until > now + MAX_OVERLAP:
        wrong = FieldError("former_until", "too_late", "At most a year from now")
        raise Rejected("validation_failed", fields=[wrong])

    text = ""

    def rotated(old: WriteKey) -> WriteKey:
        nonlocal text
        if old.ended(now):
            raise Conflict("write_key_ended", "This key has ended; make another one")
        text, kept = _new_text(old.kind)
        former = FormerKey(key=old.key, key_hash=old.key_hash, valid_until=until)
        kept["former"] = (former, *old.former)[:MAX_FORMER]
        return old.model_copy(update=kept)

    key, version = _replace(key_id, rotated, "rotated", after=after, by=by, now=now)
    return Made(key, text, version)


def revoke_key(key_id: str, *, after: int, by: str, now: datetime) -> tuple[WriteKey, int]:
    """End a key and its former texts for good, everywhere within 30 seconds; the key and the new
    version. Raises `NotFound` and `Stale`."""
    return _replace(
        key_id,
        lambda old: old if old.ended(now) else old.model_copy(update={"valid_until": now}),
        "revoked",
        after=after,
        by=by,
        now=now,
    )


def allow_origins(
    key_id: str, origins: tuple[str, ...], *, after: int, by: str, now: datetime
) -> tuple[WriteKey, int]:
    """Change which pages may use a public key; the key and the new version.

    Raises `NotFound`, `Stale`, and `Rejected` for a secret key.
    """

    def changed(old: WriteKey) -> WriteKey:
        if old.kind != "public":
            raise _secret_has_no_pages()
        return old.model_copy(update={"allowed_origins": origins})

    return _replace(key_id, changed, "saved", after=after, by=by, now=now)


def roll_back_keys(to: int, *, after: int, by: str, now: datetime) -> int:
    """Bring back the keys of version `to`; the new version. A secret that has ended or been
    replaced since stays so: it may be known to somebody it should not be.

    Raises `NotFound`, `Stale`, and `Rejected` when `to` is no older version.
    """
    today = {one.key_id: one for one in _known(after)}
    old = configuration.older(NAME, to, than=after)
    keys = tuple(_brought_back(one, today.get(one.key_id), now) for one in old.keys)
    return configuration.save(
        NAME, WriteKeys(keys=keys), by=by, at=now, after=after, activate=True, restored=to
    )


def _secret_has_no_pages() -> Rejected:
    wrong = FieldError("allowed_origins", "key_is_secret", "No page may use a secret key")
    return Rejected("validation_failed", fields=[wrong])


def _brought_back(old: WriteKey, today: WriteKey | None, now: datetime) -> WriteKey:
    if old.kind == "public":
        return old
    if today is None:
        return old if old.ended(now) else old.model_copy(update={"valid_until": now})
    return today


def _new_text(kind: Kind) -> tuple[str, dict[str, Any]]:
    """A new key's text, and what is kept of it."""
    if kind == "public":
        text = new_public()
        return text, {"key": text}
    text = new_secret()
    return text, {"key_hash": hash_of(text)}


def _replace(
    key_id: str,
    change: Callable[[WriteKey], WriteKey],
    action: Action,
    *,
    after: int,
    by: str,
    now: datetime,
) -> tuple[WriteKey, int]:
    keys = _known(after)
    old = next((one for one in keys if one.key_id == key_id), None)
    if old is None:
        raise NotFound("write_key_not_found", "There is no write key of that id")
    new = change(old)
    changed = tuple(new if one is old else one for one in keys)
    return new, _save(changed, key_id, action, after=after, by=by, now=now)


def _known(after: int) -> tuple[WriteKey, ...]:
    version, keys = write_keys()
    if version != after:
        raise Stale("version_stale", version=version)
    return keys


def _save(
    keys: tuple[WriteKey, ...], key_id: str, action: Action, *, after: int, by: str, now: datetime
) -> int:
    return configuration.save(
        NAME,
        WriteKeys(keys=keys),
        by=by,
        at=now,
        after=after,
        activate=True,
        about=key_id,
        action=action,
    )
