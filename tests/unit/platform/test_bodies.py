"""Bodies of every kind, whatever is in them, are read or refused, and nothing else happens."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.kernel.errors import Malformed, Rejected, UnsupportedType
from shared.platform.entry.bodies import read

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@given(st.sampled_from([URLENCODED, MULTIPART, "application/json"]), st.binary(max_size=300))
@example("application/json", b"[" * 65_536)
@example(URLENCODED, b"%" * 1_000)
@example(MULTIPART, b"--x\r\nContent-Disposition: form-data; name\r\n\r\n\r\n--x--")
@example(MULTIPART, b"--x\r\n" + b"A: b\r\n" * 40 + b"\r\n--x--")
def test_any_bytes_are_read_or_refused(media_type: str, body: bytes) -> None:
    for prefix in (b"", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n"):
        try:
            fields = read(media_type, f"{media_type}; boundary=x", prefix + body)
        except (Malformed, Rejected):
            continue
        assert all(isinstance(text, str) for pair in fields.items() for text in pair)


@given(st.dictionaries(st.text(st.characters(categories=["L", "N"]), min_size=1), st.text()))
def test_what_a_browser_encodes_comes_out_as_typed(fields: dict[str, str]) -> None:
    from urllib.parse import urlencode

    assert read(URLENCODED, URLENCODED, urlencode(fields).encode()) == fields


def test_values_of_json_become_text() -> None:
    body = b'{"a": 1, "b": true, "c": false, "d": null, "e": 1.5, "f": "x"}'

    assert read("application/json", "", body) == {
        "a": "1",
        "b": "yes",
        "c": "",
        "e": "1.5",
        "f": "x",
    }


def test_of_a_repeated_name_the_last_value_counts() -> None:
    assert read(URLENCODED, "", b"a=1&a=2") == {"a": "2"}


def test_a_file_is_ignored() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nMZ\r\n--x--\r\n'

    assert read(MULTIPART, f"{MULTIPART}; boundary=x", body) == {}


def test_another_type_is_not_read() -> None:
    with pytest.raises(UnsupportedType):
        read("text/html", "", b"")
