"""Reading what a browser or a script sent into names and values, whatever its media type.

Of repeated names the last value counts. Files are ignored: no form asks for one.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from shared.kernel.errors import FieldError, Malformed, Rejected, UnsupportedType

MAX_FIELDS: Final = 200
_JSON: Final = "application/json"


def is_json(media_type: str) -> bool:
    """Whether a body of this type comes from a script."""
    return media_type == _JSON


def read(media_type: str, content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a body.

    Raises `UnsupportedType` for other media types, `Malformed` for what cannot be read and
    `Rejected` for JSON values that are no text, number or truth value.
    """
    readers: Mapping[str, Callable[[bytes, str], dict[str, str]]] = {
        "application/x-www-form-urlencoded": _urlencoded,
        "multipart/form-data": _multipart,
        _JSON: _json,
    }
    if media_type not in readers:
        raise UnsupportedType("media_type_unsupported", f"Send one of {', '.join(readers)}")
    return readers[media_type](body, content_type)


def _urlencoded(body: bytes, _: str) -> dict[str, str]:
    try:
        # latin-1 keeps every byte, percent-encoded or not, for `_text` to judge.
        pairs = parse_qsl(
            body.decode("latin-1"), True, encoding="latin-1", max_num_fields=MAX_FIELDS
        )
    except ValueError as error:
        raise Malformed("too_many_fields", f"At most {MAX_FIELDS} fields") from error
    return {_text(name.encode("latin-1")): _text(value.encode("latin-1")) for name, value in pairs}


def _json(body: bytes, _: str) -> dict[str, str]:
    from pydantic_core import from_json

    try:
        # Refuses deep nesting, lone surrogates and NaN; `json` would overflow on the first.
        document = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed("json_invalid", "The body is not valid JSON") from error
    if not isinstance(document, dict):
        raise Malformed("json_not_an_object", "The body is a JSON object of fields")
    if len(document) > MAX_FIELDS:
        raise Malformed("too_many_fields", f"At most {MAX_FIELDS} fields")
    wrong = [name for name, value in document.items() if isinstance(value, list | dict)]
    if wrong:
        message = "Text, a number, true or false"
        raise Rejected(
            "validation_failed", fields=[FieldError(n[:80], "type_invalid", message) for n in wrong]
        )
    return {name: _scalar(value) for name, value in document.items() if value is not None}


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)


def _multipart(body: bytes, content_type: str) -> dict[str, str]:
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise Malformed("multipart_invalid", "The multipart body has no boundary")
    parts = _Parts()
    callbacks: Any = {
        "on_part_begin": parts.begin,
        "on_header_field": parts.header_name,
        "on_header_value": parts.header_value,
        "on_header_end": parts.header_end,
        "on_part_data": parts.data,
        "on_part_end": parts.end,
        "on_end": parts.finish,
    }
    try:
        parser = MultipartParser(boundary, callbacks)
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Malformed("multipart_invalid", "The multipart body cannot be read") from error
    if not parts.complete:
        raise Malformed("multipart_invalid", "The multipart body breaks off")
    return parts.fields


class _Parts:
    """Collects what the parser finds."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.complete = False
        self.begin()

    def begin(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = self._content = b""

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def end(self) -> None:
        from python_multipart.multipart import parse_options_header

        options = parse_options_header(self._headers.get(b"content-disposition", b""))[1]
        if b"name" in options and b"filename" not in options:
            if len(self.fields) >= MAX_FIELDS:
                raise Malformed("too_many_fields", f"At most {MAX_FIELDS} fields")
            self.fields[_text(options[b"name"])] = _text(self._content)

    def finish(self) -> None:
        self.complete = True


def _text(raw: bytes) -> str:
    """UTF-8, or what browsers send from pages that declare no encoding (WHATWG Encoding: the
    default is windows-1252). Either way no byte is refused: the person behind it is a lead."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
