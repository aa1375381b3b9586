"""Files in the one bucket for them: what people upload, what functions leave for one another, and
what people download. Everything in it goes by itself after some days.

People reach it by addresses signed here, each good for one key and a few minutes: uploads by a
form (POST policy, "Browser-Based Uploads Using POST", Amazon S3 API reference), so that the size
is bounded by S3 itself, downloads by a signed GET.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from urllib.parse import quote

from botocore.exceptions import ClientError

from .aws import client
from .settings import settings

BUCKET: Final = "files_bucket"
"""The setting that names the bucket."""

UPLOAD_SECONDS: Final = 15 * 60
DOWNLOAD_SECONDS: Final = 5 * 60

MIN_PART_BYTES: Final = 5 * 1024 * 1024
"""Every part of a file written in parts but the last has at least so many (S3 quotas)."""

_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]")
_READ_AHEAD: Final = 256 * 1024
_GONE: Final = frozenset({"NoSuchKey", "404", "NotFound"})
_OTHER: Final = frozenset({"PreconditionFailed", "412"})


class FileGone(Exception):
    """There is no such file, or it is no longer the one that was meant."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """What a browser posts a file with: `fields` as they are, then the file as field `file`."""

    url: str
    fields: Mapping[str, str]
    expires_in: int = UPLOAD_SECONDS


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, its size, and which file it is (`etag`)."""

    data: bytes
    size: int
    etag: str


def upload_form(key: str, *, max_bytes: int, media_type: str | None = None) -> UploadForm:
    """A form that stores exactly one file, under `key`, of 1 to `max_bytes` bytes, said to be of
    `media_type` if that is given. No call."""
    typed = {"Content-Type": media_type} if media_type else {}
    signed = client("s3").generate_presigned_post(
        Bucket=_bucket(),
        Key=key,
        Fields=dict(typed),
        Conditions=[["content-length-range", 1, max_bytes], *([typed] if typed else [])],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return UploadForm(signed["url"], signed["fields"])


def download_address(key: str, file_name: str) -> str:
    """An address that downloads `key` as `file_name` for five minutes. No call."""
    plain = _NOT_PLAIN.sub("_", file_name)
    # Both ways to say a name (RFC 6266): what people call files need not be ASCII.
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name)}"
    address: str = client("s3").generate_presigned_url(
        "get_object",
        Params={"Bucket": _bucket(), "Key": key, "ResponseContentDisposition": disposition},
        ExpiresIn=DOWNLOAD_SECONDS,
    )
    return address


def read(key: str) -> bytes:
    """A small file. Raises `FileGone`."""
    body: bytes = _get(Key=key)["Body"].read()
    return body


def read_head(key: str, length: int) -> Head:
    """The first `length` bytes of a file. Raises `FileGone`."""
    answer = _get(Key=key, Range=f"bytes=0-{length - 1}")
    size = int(str(answer["ContentRange"]).rpartition("/")[2])
    return Head(answer["Body"].read(), size, answer["ETag"])


@contextmanager
def opened(key: str, etag: str) -> Iterator[BinaryIO]:
    """The file as a stream, if it is still the one of `etag`. Raises `FileGone`."""
    body = _get(Key=key, IfMatch=etag)["Body"]
    try:
        yield io.BufferedReader(_Raw(body), _READ_AHEAD)
    finally:
        body.close()


def write(key: str, body: bytes, media_type: str) -> None:
    """Store a small file, instead of the one that is there, if any."""
    client("s3").put_object(Bucket=_bucket(), Key=key, Body=body, ContentType=media_type)


def copy(source: str, target: str, *, etag: str) -> None:
    """Store `source` under `target` too, if it is still the one of `etag`. Raises `FileGone`."""
    whole = {"Bucket": _bucket(), "Key": source}
    try:
        client("s3").copy_object(
            Bucket=_bucket(), Key=target, CopySource=whole, CopySourceIfMatch=etag
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE | _OTHER:
            raise FileGone from error
        raise


def begin_parts(key: str, media_type: str) -> str:
    """Begin a file that is written in parts; the id of the undertaking. What is never finished
    goes after a day."""
    answer = client("s3").create_multipart_upload(Bucket=_bucket(), Key=key, ContentType=media_type)
    return str(answer["UploadId"])


def write_part(key: str, upload_id: str, number: int, body: bytes) -> str:
    """Store part `number` (from 1), again if need be; its tag, wanted at the end."""
    answer = client("s3").upload_part(
        Bucket=_bucket(), Key=key, UploadId=upload_id, PartNumber=number, Body=body
    )
    return str(answer["ETag"])


def finish_parts(key: str, upload_id: str, tags: list[str]) -> None:
    """Make one file of the parts with these tags, in order. Done again it changes nothing."""
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
    try:
        client("s3").complete_multipart_upload(
            Bucket=_bucket(), Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
    except ClientError as error:
        # Finished before, its answer lost: then there is the file.
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise
        _get(Key=key, Range="bytes=0-0")["Body"].close()


class Writer:
    """A file of any size, written piece by piece; what is held is one part of it."""

    def __init__(self, key: str, media_type: str) -> None:
        self._key = key
        self._media_type = media_type
        self._held = bytearray()
        self._upload_id = ""
        self._tags: list[str] = []

    def add(self, piece: bytes) -> None:
        """Write on."""
        self._held += piece
        if len(self._held) >= MIN_PART_BYTES:
            self._upload_id = self._upload_id or begin_parts(self._key, self._media_type)
            self._write_part()

    def close(self) -> None:
        """The file is whole; it is there from now on."""
        if not self._upload_id:
            write(self._key, bytes(self._held), self._media_type)
            return
        if self._held:
            self._write_part()
        finish_parts(self._key, self._upload_id, self._tags)

    def _write_part(self) -> None:
        number = len(self._tags) + 1
        self._tags.append(write_part(self._key, self._upload_id, number, bytes(self._held)))
        self._held.clear()


class _Raw(io.RawIOBase):
    """What S3 sends, as Python's buffered readers take it."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _get(**what: Any) -> Any:
    try:
        return client("s3").get_object(Bucket=_bucket(), **what)
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE | _OTHER:
            raise FileGone from error
        raise


def _bucket() -> str:
    return settings().need(BUCKET)
