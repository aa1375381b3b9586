"""A file as rows, in the format it was found to have."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from shared.kernel.errors import Rejected

from .model import MAX_ROWS, Format
from .rows import Row, TooBroken, rows_of, text_of
from .vcards import cards_of

ERASED: Final = "person_erased"
"""The code of a row whose person was erased, before or after the file was sent."""

REASONS: Final = {
    "undecodable": "Some characters are not readable in this encoding",
    "row_too_large": "This row is too long; perhaps a quote is not closed",
    "too_few_cells": "This row has fewer cells than the header",
    "too_many_cells": "This row has more cells than the header",
    "card_unfinished": "This card does not end",
    ERASED: "This person was erased and is not brought back by a file",
}
"""What makes a row unusable, whatever else its values are."""


def read_rows(stream: BinaryIO, form: Format, width: int) -> Iterator[Row]:
    """The rows of a file of `width` columns, without its header.

    Raises `Rejected`: `quotes_unclear`, `encoding_wrong`, `too_many_rows`.
    """
    text = text_of(stream, form.encoding)
    try:
        if form.kind == "vcard":
            rows = cards_of(text)
        else:
            rows = rows_of(text, form.delimiter, width=width)
            if form.has_header:
                next(rows, None)
        for count, row in enumerate(rows, 1):
            if count > MAX_ROWS:
                message = f"At most {MAX_ROWS:,} rows at once; divide the file"
                raise Rejected("too_many_rows", message)
            yield row
    except TooBroken as error:
        message = "The quotes of this file do not close; try another delimiter"
        raise Rejected("quotes_unclear", message) from error
    except UnicodeError as error:
        # Only UTF-16 and UTF-32 without a mark: everything else replaces what it cannot read.
        raise Rejected("encoding_wrong", "The file is not in this encoding") from error
