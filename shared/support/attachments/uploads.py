"""Sending a file, and keeping it with the ticket it belongs to.

| where | what | kept |
|---|---|---|
| `attaching/<file_id>` | sent by anybody who was given an address for it | two days |
| `attachments/<ticket_id>/<file_id>` | of a message of that ticket | three years |

Whoever asks for an address gets a `ticket` for the file too, signed, which alone lets a message
take it: nobody can attach what others sent. The type is what was said it would be, or it is not
taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from shared.kernel.errors import FieldError, Rejected
from shared.kernel.ids import new_id
from shared.kernel.paging import seal, unseal
from shared.platform import files
from shared.platform.keys import key
from shared.support.tickets.model import MAX_ATTACHMENTS, Attachment

from .types import HEAD_BYTES, MAX_BYTES, TYPES, is_really

ARRIVING: Final = "attaching"
KEPT: Final = "attachments"

_SCOPE: Final = "attachment"
MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """Where to send a file, and the token by which a message takes it."""

    token: str
    form: files.UploadForm


def prepare(name: str, media_type: str, now: datetime) -> Upload:
    """An address for one file of a type that is taken, of up to ten megabytes. No call. Raises
    `Rejected`."""
    if media_type not in TYPES:
        raise _wrong("media_type", "attachment_type_refused", "Files of this type are not taken")
    plain = " ".join(name.split())[:MAX_NAME]
    if not plain or any(ord(one) < 32 for one in plain):
        raise _wrong("name", "attachment_name_invalid", "A file has a name")
    file_id = new_id("file", now)
    form = files.upload_form(f"{ARRIVING}/{file_id}", max_bytes=MAX_BYTES, media_type=media_type)
    about = {"file": file_id, "name": plain, "type": media_type}
    return Upload(seal(about, key("attachment"), _SCOPE), form)


def origin() -> str:
    """Where files are sent to: scheme, host and port. No call."""
    parts = urlsplit(files.upload_form(f"{ARRIVING}/", max_bytes=1).url)
    return f"{parts.scheme}://{parts.netloc}"


def attach(tokens: Sequence[str], ticket_id: str) -> list[Attachment]:
    """Keep the files of these tokens with a ticket: two calls for each. Raises `Rejected` for
    what never arrived or is something else than it was said to be."""
    if len(tokens) > MAX_ATTACHMENTS:
        raise _wrong("attachments", "too_many", f"At most {MAX_ATTACHMENTS} files")
    return [_attached(token, number, ticket_id) for number, token in enumerate(tokens)]


def _attached(token: str, number: int, ticket_id: str) -> Attachment:
    field = f"attachments.{number}"
    try:
        about = unseal(token, key("attachment"), _SCOPE)
    except Rejected as error:
        raise _wrong(field, "attachment_unknown", "There is no such file") from error
    file_id, media_type = about["file"], about["type"]
    try:
        head = files.read_head(f"{ARRIVING}/{file_id}", HEAD_BYTES)
        if not is_really(media_type, head.data):
            raise _wrong(field, "attachment_type_mismatch", "The file is not what it says it is")
        kept = f"{KEPT}/{ticket_id}/{file_id}"
        files.copy(f"{ARRIVING}/{file_id}", kept, etag=head.etag)
    except files.FileGone as gone:
        raise _wrong(field, "attachment_missing", "The file was not sent") from gone
    return Attachment(
        file_id=file_id, key=kept, name=about["name"], media_type=media_type, size=head.size
    )


def _wrong(field: str, code: str, message: str) -> Rejected:
    return Rejected("validation_failed", fields=[FieldError(field, code, message)])
