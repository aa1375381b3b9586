"""`/v1/write-keys`: who may report behaviour; administrators only.

`GET|POST /v1/write-keys`, `PATCH /v1/write-keys/{key_id}`,
`POST /v1/write-keys/{key_id}/rotate|revoke`, `POST /v1/write-keys/rollback`.
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.customers.write_keys.changes import (
    Made,
    allow_origins,
    create_key,
    revoke_key,
    roll_back_keys,
    rotate_key,
    write_keys,
)
from shared.directory.access import signed_in
from shared.platform.auth import ADMIN
from shared.platform.entry.http import Http, Request, reply
from shared.platform.entry.rollback import RollBack

from .schemas import (
    KeyChange,
    KeyList,
    KeyMade,
    KeyRevocation,
    KeyRotation,
    KeySaved,
    KeyView,
    NewKey,
)

http = Http()

ONCE = {"cache-control": "no-store"}
"""A secret is told in one answer and kept nowhere, by caches least of all."""


@http.get("/v1/write-keys")
def listed(request: Request) -> Response[Any]:
    """All keys, ended ones included; of secrets nothing that opens."""
    signed_in(request, ADMIN)
    version, keys = write_keys()
    items = [KeyView.of(one, request.now) for one in keys]
    return reply(200, KeyList(version=version, items=items))


@http.post("/v1/write-keys")
def created(request: Request) -> Response[Any]:
    """201 with the text of the key, which for a secret is not told again."""
    by = signed_in(request, ADMIN).staff_id
    new = request.json(NewKey)
    made = create_key(
        new.key_id, new.kind, new.allowed_origins, after=new.version, by=by, now=request.now
    )
    return _told(201, made, request)


@http.patch("/v1/write-keys/{key_id}")
def changed(request: Request, key_id: str) -> Response[Any]:
    """Which pages may use a public key."""
    by = signed_in(request, ADMIN).staff_id
    new = request.json(KeyChange)
    key, version = allow_origins(
        key_id, new.allowed_origins, after=new.version, by=by, now=request.now
    )
    return reply(200, KeySaved(version=version, key=KeyView.of(key, request.now)))


@http.post("/v1/write-keys/{key_id}/rotate")
def rotated(request: Request, key_id: str) -> Response[Any]:
    """The new text opens at once, the former one until an instant."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(KeyRotation)
    made = rotate_key(
        key_id, former_until=given.former_until, after=given.version, by=by, now=request.now
    )
    return _told(200, made, request)


@http.post("/v1/write-keys/{key_id}/revoke")
def revoked(request: Request, key_id: str) -> Response[Any]:
    """The key opens nothing any more."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(KeyRevocation)
    key, version = revoke_key(key_id, after=given.version, by=by, now=request.now)
    return reply(200, KeySaved(version=version, key=KeyView.of(key, request.now)))


@http.post("/v1/write-keys/rollback")
def rolled_back(request: Request) -> Response[Any]:
    """The keys of an older version, but for secrets that have ended since."""
    by = signed_in(request, ADMIN).staff_id
    given = request.json(RollBack)
    roll_back_keys(given.to_version, after=given.version, by=by, now=request.now)
    return listed(request)


def _told(status: int, made: Made, request: Request) -> Response[Any]:
    view = KeyView.of(made.key, request.now)
    return reply(status, KeyMade(version=made.version, key=view, text=made.text), headers=ONCE)


handle = http
