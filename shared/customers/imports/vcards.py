"""vCards (2.1, 3.0 of RFC 2426, 4.0 of RFC 6350) as rows of fixed columns, so that all that comes
after reading is the same as for a table.

Versions differ in how lines are folded and values escaped, and files mix them, so one reader
takes all: folded lines (a leading space), quoted-printable with its own line breaks and charset
(2.1), backslash escapes (3.0 and 4.0), grouped properties (`item1.EMAIL`, as Apple writes them).
Photos and what else we do not keep are passed over.
"""

import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .rows import MAX_ROW, Row

COLUMNS: Final = (
    "First name",
    "Last name",
    "Name",
    "E-mail",
    "Phone",
    "Organisation",
    "Job title",
    "Country",
    "Language",
    "Time zone",
    "Tags",
    "UID",
)
"""What a card becomes; several values of one stand in one cell, a line each."""

BEGIN: Final = "BEGIN:VCARD"

_END: Final = "END:VCARD"
_LINE: Final = re.compile(
    r'(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:"[^"]*"|[^:"])*)?):(?P<value>.*)', re.S
)
_PARAMETER: Final = re.compile(r';([^;="]+)(?:=("[^"]*"|[^;"]*))?')
_ESCAPED: Final = re.compile(r"\\(.)", re.S)
_BARE_ENCODINGS: Final = ("QUOTED-PRINTABLE", "BASE64")

_PASSED_OVER: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})


def is_vcard(head: str) -> bool:
    """Whether a file that begins so holds vCards."""
    return head.lstrip("\ufeff \t\r\n").upper().startswith(BEGIN)


def cards_of(text: io.TextIOBase) -> Iterator[Row]:
    """All cards, numbered from 1. Codes of what is unusable: `undecodable`, `row_too_large`,
    `card_unfinished` (the next began before it ended, or the file ended)."""
    number = 0
    card: _Card | None = None
    for line in _unfolded(text):
        mark = line.strip().upper()
        if mark == BEGIN:
            if card:
                yield card.row("card_unfinished")
            number += 1
            card = _Card(number)
        elif card and mark == _END:
            yield card.row()
            card = None
        elif card:
            card.take(line)
    if card:
        yield card.row("card_unfinished")


def _unfolded(text: io.TextIOBase) -> Iterator[str]:
    """Logical lines. What a line has beyond `MAX_ROW` characters is dropped."""
    current = ""
    while raw := text.readline(MAX_ROW):
        line = raw.rstrip("\r\n")
        if raw[:1] in (" ", "\t") and current:
            if len(current) < MAX_ROW:
                current += line[1:]
        elif current.endswith("=") and _is_quoted_printable(current):
            current = current[:-1] + line if len(current) < MAX_ROW else current
        else:
            if current:
                yield current
            current = line
    if current:
        yield current


def _is_quoted_printable(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


@dataclass(slots=True)
class _Card:
    number: int
    values: dict[str, list[str]] = field(default_factory=dict)
    length: int = 0

    def take(self, line: str) -> None:
        """Note what a line says, if it is of use to us."""
        found = _LINE.fullmatch(line)
        if found is None:
            return
        name = found["name"].upper()
        if name in _PASSED_OVER:
            return
        self.length += len(line)
        if self.length > MAX_ROW:
            return
        parameters = _parameters(found["parameters"])
        value = _decoded(found["value"], parameters)
        match name:
            case "N":
                family, given, *_ = [*_parts(value, ";"), "", ""]
                self._add("Last name", family)
                self._add("First name", given)
            case "FN":
                self._add("Name", _plain(value))
            case "EMAIL":
                self._add("E-mail", _plain(value), first=_preferred(parameters))
            case "TEL":
                number = _plain(value).removeprefix("tel:").partition(";")[0]
                self._add("Phone", number, first=_preferred(parameters))
            case "ORG":
                self._add("Organisation", _parts(value, ";")[0])
            case "TITLE":
                self._add("Job title", _plain(value))
            case "ADR":
                self._add("Country", [*_parts(value, ";"), *[""] * 7][6])
            case "LANG":
                self._add("Language", _plain(value), first=_preferred(parameters))
            case "TZ":
                self._add("Time zone", _plain(value))
            case "CATEGORIES":
                for tag in _parts(value, ","):
                    self._add("Tags", tag)
            case "UID":
                self._add("UID", _plain(value))

    def row(self, wrong: str | None = None) -> Row:
        """The card as a row."""
        cells = tuple("\n".join(self.values.get(column, ())) for column in COLUMNS)
        if self.length > MAX_ROW:
            wrong = "row_too_large"
        elif any("\ufffd" in cell for cell in cells):
            wrong = "undecodable"
        return Row(self.number, cells, wrong)

    def _add(self, column: str, value: str, *, first: bool = False) -> None:
        value = value.strip()
        given = self.values.setdefault(column, [])
        if not value or value in given:
            return
        if column in _ONE:
            # Of several names, titles … the first is the card's.
            given[:] = given or [value]
        else:
            given.insert(0 if first else len(given), value)


_ONE: Final = frozenset(COLUMNS) - {"E-mail", "Phone", "Tags"}


def _parameters(text: str) -> dict[str, str]:
    """Parameters by name in capitals; 2.1 leaves out names of types and encodings."""
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(text):
        key = name.strip().upper()
        if value or "=" in text.partition(name)[2][:1]:
            known = found.get(key)
            found[key] = ",".join(filter(None, (known, value.strip('"').upper())))
        elif key in _BARE_ENCODINGS:
            found["ENCODING"] = key
        else:
            found["TYPE"] = ",".join(filter(None, (found.get("TYPE"), key)))
    return found


def _preferred(parameters: dict[str, str]) -> bool:
    return "PREF" in parameters.get("TYPE", "").split(",") or parameters.get("PREF") == "1"


def _decoded(value: str, parameters: dict[str, str]) -> str:
    if parameters.get("ENCODING") != "QUOTED-PRINTABLE":
        return value
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    charset = parameters.get("CHARSET", "utf-8")
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _parts(value: str, separator: str) -> list[str]:
    """A structured value's parts; escaped separators belong to a part."""
    parts = re.split(rf"(?<!\\){re.escape(separator)}", value)
    return [_plain(part) for part in parts]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
