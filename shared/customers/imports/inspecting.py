"""Looking at the beginning of a file: how it is written, its columns, its first rows."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.kernel.errors import Rejected

from . import vcards
from .encoding import encoding_of
from .model import MAX_COLUMNS, Format
from .rows import TooBroken, delimiter_of, header_of, rows_of

LOOKED_AT: Final = 256 * 1024
SAMPLES: Final = 5
_MAX_HEADER: Final = 200

_BINARY: Final = {
    b"PK\x03\x04": "This is a spreadsheet or an archive; save the table as CSV",
    b"\xd0\xcf\x11\xe0": "This is an old spreadsheet; save the table as CSV",
    b"%PDF": "This is a PDF",
    b"\x1f\x8b": "This is compressed; unpack it first",
}
"""How files that people mistake for tables begin, and what to tell them."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is like: `samples` are its first rows, as they are."""

    format: Format
    headers: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]


def inspect(
    head: bytes, *, encoding: str | None = None, delimiter: str | None = None
) -> Inspection:
    """What the file is like that begins with `head`; what a person chose is taken as it is.

    Raises `Rejected`: `file_not_text`, `file_empty`, `too_many_columns`, `quotes_unclear`.
    """
    for mark, message in _BINARY.items():
        if head.startswith(mark):
            raise Rejected("file_not_text", message)
    known = encoding or encoding_of(head)
    # The last character may be cut.
    text = head.decode(known, "replace").rstrip("\ufffd")
    if text.count("\0") > len(text) // 100:
        raise Rejected("file_not_text", "This is not a text file; save the table as CSV")
    if vcards.is_vcard(text):
        form = Format(kind="vcard", encoding=known)
        cards = vcards.cards_of(_stream(text))
        return Inspection(form, vcards.COLUMNS, _first(row.cells for row in cards))
    return _table(text, known, delimiter)


def _table(text: str, encoding: str, delimiter: str | None) -> Inspection:
    used = delimiter or delimiter_of(text)
    try:
        rows = _first((row.cells for row in rows_of(_stream(text), used)), SAMPLES + 1)
    except TooBroken as error:
        message = "The quotes of this file do not close; try another delimiter"
        raise Rejected("quotes_unclear", message) from error
    if not rows:
        raise Rejected("file_empty", "There are no rows in this file")
    if len(rows[0]) > MAX_COLUMNS:
        raise Rejected("too_many_columns", f"At most {MAX_COLUMNS} columns")
    header = header_of(rows[0])
    form = Format(encoding=encoding, delimiter=used, has_header=header is not None)
    if header is None:
        return Inspection(form, _numbered(len(rows[0])), rows[:SAMPLES])
    if len(rows) == 1:
        raise Rejected("file_empty", "There is a header in this file, and no rows")
    return Inspection(form, tuple(one[:_MAX_HEADER] for one in header), rows[1:])


def _numbered(width: int) -> tuple[str, ...]:
    return tuple(f"Column {number}" for number in range(1, width + 1))


def _first(rows: Iterable[tuple[str, ...]], count: int = SAMPLES) -> tuple[tuple[str, ...], ...]:
    return tuple(islice(rows, count))


def _stream(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")
