"""`/console/keys…`: the keys that pages and partners report events with; administrators only."""

from pathlib import Path
from typing import Any, Final

from shared.console.entry import Answer, Console, PageRequest
from shared.customers.write_keys.changes import (
    Made,
    allow_origins,
    create_key,
    revoke_key,
    rotate_key,
    write_keys,
)
from shared.customers.write_keys.model import WriteKey
from shared.kernel.differences import differences
from shared.kernel.errors import CrmError, NotFound, Stale
from shared.pages.reading import read
from shared.platform.auth import ADMIN

from .schemas import OVERLAPS, Revocation, Rotation, new_key, pages, pointed

console = Console(Path(__file__).parent / "templates", "/console/keys")

HOME: Final = "/console/keys"


@console.get(HOME, ADMIN)
def listed(request: PageRequest) -> Answer:
    """Every key, ended ones last."""
    _, keys = write_keys()
    ordered = sorted(keys, key=lambda one: (one.ended(request.now), one.key_id))
    return request.page("keys.html", keys=ordered)


@console.get(f"{HOME}/new", ADMIN)
def form(request: PageRequest) -> Answer:
    """The form to make a key."""
    return request.page("new.html", version=write_keys()[0])


@console.post(f"{HOME}/new", ADMIN)
def created(request: PageRequest) -> Answer:
    """Make a key and tell its text, a secret's this once."""
    try:
        new = new_key(request.form)
        made = create_key(
            new.key_id,
            new.kind,
            new.allowed_origins,
            after=new.version,
            by=request.by.staff_id,
            now=request.now,
        )
    except CrmError as error:
        return request.refused("new.html", pointed(error), version=write_keys()[0])
    return _told(request, made)


@console.get(f"{HOME}/{{key_id}}", ADMIN)
def shown(request: PageRequest, key_id: str) -> Answer:
    """One key, and what can be done with it."""
    return request.page("key.html", **_view(key_id))


@console.post(f"{HOME}/{{key_id}}/rotate", ADMIN)
def rotated(request: PageRequest, key_id: str) -> Answer:
    """Give a key a new text; the former one goes on for a while."""
    try:
        given = read(Rotation, request.form)
        made = rotate_key(
            key_id,
            former_until=given.until(request.now),
            after=given.version,
            by=request.by.staff_id,
            now=request.now,
        )
    except CrmError as error:
        return request.refused("key.html", error, **_view(key_id))
    return _told(request, made)


@console.post(f"{HOME}/{{key_id}}/revoke", ADMIN)
def revoked(request: PageRequest, key_id: str) -> Answer:
    """End a key for good."""
    try:
        version = read(Revocation, request.form).version
        revoke_key(key_id, after=version, by=request.by.staff_id, now=request.now)
    except CrmError as error:
        return request.refused("key.html", error, **_view(key_id))
    return request.redirect(
        f"{HOME}/{key_id}", done="Revoked: within half a minute it opens nothing"
    )


@console.post(f"{HOME}/{{key_id}}/origins", ADMIN)
def origins_set(request: PageRequest, key_id: str) -> Answer:
    """Say which pages may use a public key."""
    try:
        given = pages(request.form)
        origins = given.allowed_origins
        allow_origins(key_id, origins, after=given.version, by=request.by.staff_id, now=request.now)
    except Stale as error:
        view = _view(key_id)
        stored = {"allowed_origins": list(view["key"].allowed_origins)}
        view["both"] = differences(stored, {"allowed_origins": list(origins)})
        return request.refused("key.html", error, **view)
    except CrmError as error:
        return request.refused("key.html", error, **_view(key_id))
    return request.redirect(f"{HOME}/{key_id}", done="Saved: used within half a minute")


def _told(request: PageRequest, made: Made) -> Answer:
    return request.page("made.html", made=made)


def _view(key_id: str) -> dict[str, Any]:
    version, keys = write_keys()
    key: WriteKey | None = next((one for one in keys if one.key_id == key_id), None)
    if key is None:
        raise NotFound("write_key_not_found", "There is no write key of that name")
    return {"key": key, "version": version, "overlaps": OVERLAPS.items(), "both": None}


handle = console
