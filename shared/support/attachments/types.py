"""What files may be attached, and what a file really is, by how it begins. Pure."""

from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024

HEAD_BYTES: Final = 1024
"""So much of a file is looked at."""

_ZIP: Final = (b"PK\x03\x04",)
_OLE: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)

SIGNATURES: Final[dict[str, tuple[bytes, ...]]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
    "application/zip": _ZIP,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _ZIP,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _ZIP,
    "application/vnd.oasis.opendocument.text": _ZIP,
    "application/vnd.oasis.opendocument.spreadsheet": _ZIP,
    "application/msword": _OLE,
    "application/vnd.ms-excel": _OLE,
}
"""How files of each type begin (the formats' own specifications)."""

TEXTS: Final = frozenset({"text/plain", "text/csv"})

TYPES: Final = (*SIGNATURES, *sorted(TEXTS))
"""All types that are taken: none of them does anything when opened in a browser."""


def is_really(media_type: str, head: bytes) -> bool:
    """Whether a file that begins so can be of that type. Text is UTF-8 without control
    characters, and none that looks like a page or a script to a browser."""
    if media_type in TEXTS:
        return _is_text(head)
    fits = head.startswith(SIGNATURES.get(media_type, ()))
    return fits and (media_type != "image/webp" or head[8:12] == b"WEBP")


def _is_text(head: bytes) -> bool:
    if b"\0" in head or any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml")):
        return False
    for cut in range(4):
        # The last character may have been cut off.
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False
