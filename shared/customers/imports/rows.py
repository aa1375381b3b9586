"""The rows of a CSV file, as a stream and whatever the file is like: any delimiter and quoting,
ragged, huge, undecodable or broken. Each row that cannot be used says why; none is skipped in
silence, and no more than one row is held at a time.

Reading is RFC 4180 as spreadsheets write it. A quote that is never closed would swallow the rest
of the file, so a row ends after `MAX_ROW` characters: it is given up, and reading goes on behind
its first line.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

MAX_ROW: Final = 32 * 1024
"""Characters of a row."""

MAX_BROKEN: Final = 1_000
"""Rows that may be given up: each costs reading `MAX_ROW` characters again."""

DELIMITERS: Final = (",", ";", "\t", "|")

_LOST: Final = "\ufffd"
"""Stands for bytes that are no text in the file's encoding (U+FFFD, replacement character)."""

_SNIFFED_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` counts as spreadsheets do: the header is 1, empty lines count. `wrong` is
    the stable code of what makes it unusable."""

    number: int
    cells: tuple[str, ...]
    wrong: str | None = None


class TooBroken(Exception):
    """Most likely the delimiter or the quotes are not what they were taken for."""


def text_of(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The stream as text, line breaks as they are; what is no text is `U+FFFD`."""
    return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")


def rows_of(text: io.TextIOBase, delimiter: str, *, width: int | None = None) -> Iterator[Row]:
    """All rows that are not empty. `width` is the number of cells a row must have; without it
    any will do (the header is read so).

    Codes: `undecodable`, `row_too_large`, `too_few_cells`, `too_many_cells`. Raises `TooBroken`.
    """
    lines = _Lines(text)
    number = broken = 0
    parser = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin_row()
        try:
            cells = next(parser, None)
        except (_Overlong, csv.Error):
            broken += 1
            if broken > MAX_BROKEN:
                raise TooBroken from None
            first = lines.back_to_second_line()
            parser = csv.reader(lines, delimiter=delimiter)
            number += 1
            yield Row(number, (first.strip("\r\n")[:200],), "row_too_large")
            continue
        if cells is None:
            return
        number += 1
        if "".join(cells).strip():
            yield _checked(number, cells, width)


def delimiter_of(sample: str) -> str:
    """Which delimiter makes rows of the same number of cells of `sample`, the file's beginning."""
    return max(DELIMITERS, key=lambda one: _regularity(sample, one))


def header_of(first: Sequence[str]) -> tuple[str, ...] | None:
    """The names of the columns, if the first row is a header; `None` if it is data already."""
    cells = tuple(cell.strip() for cell in first)
    # An address is nobody's column name.
    if any("@" in cell and "." in cell for cell in cells):
        return None
    return cells


def _checked(number: int, cells: list[str], width: int | None) -> Row:
    given = tuple(cells)
    if any(_LOST in cell for cell in given):
        return Row(number, given, "undecodable")
    if width is None or len(given) == width:
        return Row(number, given)
    if len(given) < width:
        return Row(number, given, "too_few_cells")
    # Some programs end every row with delimiters.
    if any(given[width:]):
        return Row(number, given, "too_many_cells")
    return Row(number, given[:width])


def _regularity(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of rows as wide as most are, and that width; nothing for a single column."""
    widths: list[int] = []
    try:
        for row in rows_of(io.StringIO(sample, newline=""), delimiter):
            widths.append(len(row.cells))
            if len(widths) == _SNIFFED_ROWS:
                break
    except TooBroken:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    # The last row of a sample may be cut.
    whole = widths[:-1] or widths
    usual = max(set(whole), key=whole.count)
    if usual == 1:
        return 0.0, 0
    # Where the header has another width, it is a delimiter of something else (decimal commas).
    share = whole.count(usual) / len(whole)
    return (share if widths[0] == usual else share / 2, usual)


class _Overlong(Exception):
    """A row has more than `MAX_ROW` characters, or no end."""


class _Lines:
    """Lines for the parser, none longer than `MAX_ROW`, with a way back to the row's second."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._length = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(MAX_ROW)
        if not line:
            if self._row:
                raise _Overlong  # the parser wants more of a row: a quote is open at the end
            raise StopIteration
        self._row.append(line)
        self._length += len(line)
        if self._length >= MAX_ROW:
            raise _Overlong
        return line

    def begin_row(self) -> None:
        """What comes next belongs to another row."""
        self._row, self._length = [], 0

    def back_to_second_line(self) -> str:
        """Have all but the row's first line read again; that line."""
        first, *rest = self._row
        if len(first) >= MAX_ROW and first[-1] not in "\r\n":
            self._skip_line(rest)
        else:
            self._again.extendleft(reversed(rest))
        return first

    def _skip_line(self, rest: list[str]) -> None:
        # Read in pieces: a line may be as long as the file.
        assert not rest
        while (piece := self._text.readline(MAX_ROW)) and piece[-1] not in "\r\n":
            continue
