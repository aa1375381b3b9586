"""Reading rows of any file: nothing crashes, nothing is skipped in silence."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.imports.rows import (
    MAX_ROW,
    Row,
    TooBroken,
    delimiter_of,
    header_of,
    rows_of,
    text_of,
)


def read(text: str, delimiter: str = ",", width: int | None = 2) -> list[Row]:
    return list(rows_of(io.StringIO(text, newline=""), delimiter, width=width))


def told(rows: list[Row]) -> list[tuple[int, str | None]]:
    return [(row.number, row.wrong) for row in rows]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    rows = read('a,b\n\n1,"two\nlines"\r\n3,4\r5,6')

    assert [(row.number, row.cells) for row in rows] == [
        (1, ("a", "b")),
        (3, ("1", "two\nlines")),
        (4, ("3", "4")),
        (5, ("5", "6")),
    ]


def test_ragged_rows_say_so_and_delimiters_at_the_end_do_no_harm() -> None:
    rows = read("a,b\n1\n1,2,3\n1,2,,\n")

    assert told(rows) == [(1, None), (2, "too_few_cells"), (3, "too_many_cells"), (4, None)]
    assert rows[3].cells == ("1", "2")


def test_rows_without_any_content_are_none() -> None:
    assert told(read("a,b\n,\n  ,\t\n1,2\n")) == [(1, None), (4, None)]


def test_a_quote_that_is_never_closed_costs_its_row_only() -> None:
    rows = read('a,b\n1,2\n"3,4\n5,6\n7,8\n')

    assert told(rows) == [(1, None), (2, None), (3, "row_too_large"), (4, None), (5, None)]
    assert rows[2].cells == ('"3,4',)


def test_a_quote_that_is_never_closed_in_a_long_file_costs_its_row_only() -> None:
    rows = read('a,b\n"1,2\n' + "3,4\n" * 20_000)

    assert len(rows) == 20_002
    assert [row.number for row in rows if row.wrong] == [2]


def test_a_line_without_end_is_one_row_and_is_never_held_whole() -> None:
    class Endless(io.TextIOBase):
        """Counts how much is asked for at once."""

        def __init__(self) -> None:
            self.inner = io.StringIO("a,b\n" + "x" * 1_000_000 + "\n1,2\n", newline="")
            self.most = 0

        def readline(self, size: int = -1) -> str:  # type: ignore[override]
            self.most = max(self.most, size)
            return self.inner.readline(size)

    text = Endless()
    rows = list(rows_of(text, ",", width=2))

    assert told(rows) == [(1, None), (2, "row_too_large"), (3, None)]
    assert text.most == MAX_ROW


def test_bytes_that_are_no_text_make_their_row_unusable() -> None:
    raw = b"a,b\nJos\xe9,1\nAnn,2\n"

    rows = list(rows_of(text_of(io.BytesIO(raw), "utf-8"), ",", width=2))

    assert told(rows) == [(1, None), (2, "undecodable"), (3, None)]


def test_zeros_are_characters_like_others() -> None:
    assert read("a,b\n1\0,2\n")[1].cells == ("1\0", "2")


def test_a_file_made_to_take_long_is_given_up() -> None:
    began = time.monotonic()

    with pytest.raises(TooBroken):
        read('x"y,"z\n' * 200_000)

    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n1,6;3,5\n", ";"),
        ("a\tb\n1,2\t3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a;b\n"x,y,z";1\n"1,2,3";2\n', ";"),
        ("email\nann@example.com\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_makes_even_rows(sample: str, delimiter: str) -> None:
    assert delimiter_of(sample) == delimiter


def test_a_first_row_with_an_address_is_no_header() -> None:
    assert header_of(["Name", " E-mail "]) == ("Name", "E-mail")
    assert header_of(["Ann", "ann@example.com"]) is None


@given(st.text(max_size=300), st.sampled_from([",", ";", "\t", "|"]))
def test_any_text_is_read_to_its_end(text: str, delimiter: str) -> None:
    rows = read(text, delimiter, None)

    assert [row.number for row in rows] == sorted({row.number for row in rows})


@given(st.binary(max_size=300))
def test_any_bytes_are_read_to_their_end(raw: bytes) -> None:
    list(rows_of(text_of(io.BytesIO(raw), "utf-8"), ",", width=3))
    list(rows_of(text_of(io.BytesIO(raw), "utf-16-le"), ",", width=3))
