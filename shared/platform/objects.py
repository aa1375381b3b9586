"""Looking through a bucket, piece by piece: what is in it, and taking it out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from .aws import client
from .settings import settings

PIECE_BYTES: Final = 1024 * 1024
"""So much of an object is looked at together."""

_GONE: Final = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True, slots=True)
class Listed:
    """Some objects of a bucket, in the order of their keys: key, size and age, and the key after
    which the list goes on (`None`: it does not)."""

    items: list[dict[str, Any]]
    after: str | None


def listed(setting: str, prefix: str, *, after: str | None = None, limit: int) -> Listed:
    """Up to `limit` objects below `prefix` of the bucket that `setting` names. One call."""
    asked: dict[str, Any] = {"Bucket": _bucket(setting), "Prefix": prefix, "MaxKeys": limit}
    if after is not None:
        asked["StartAfter"] = after
    answer = client("s3").list_objects_v2(**asked)
    found = [
        {"key": one["Key"], "bytes": one["Size"], "stored_at": one["LastModified"]}
        for one in answer.get("Contents", ())
    ]
    return Listed(found, found[-1]["key"] if answer.get("IsTruncated") else None)


def pieces(setting: str, key: str, *, overlap: int) -> Iterator[bytes]:
    """An object piece by piece, each beginning with the last `overlap` bytes of the one before,
    so that nothing shorter falls between two; nothing of one that is gone."""
    try:
        body = client("s3").get_object(Bucket=_bucket(setting), Key=key)["Body"]
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return
        raise
    kept = b""
    while piece := body.read(PIECE_BYTES):
        yield kept + piece
        kept = (kept + piece)[-overlap:]


def remove(setting: str, key: str) -> None:
    """Take an object out; one that is gone already is no matter."""
    client("s3").delete_object(Bucket=_bucket(setting), Key=key)


def _bucket(setting: str) -> str:
    return settings().need(setting)
