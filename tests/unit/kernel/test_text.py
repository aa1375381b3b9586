"""Text from strangers stays text and loses what no person types."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.text import plain


@pytest.mark.parametrize(
    ("typed", "line", "text"),
    [
        ("  Ann ", "Ann", "Ann"),
        ("a\x00b\x1bc\x7f\x85d", "abcd", "abcd"),
        ("one\r\ntwo\rthree\tfour", "one two three four", "one\ntwo\nthree\tfour"),
        ("e\u0301", "é", "é"),
        ("=1+1", "=1+1", "=1+1"),
        ("<b>", "<b>", "<b>"),
        ("राम", "राम", "राम"),
        ("\u2028", "", ""),
    ],
)
def test_controls_go_and_everything_else_stays(typed: str, line: str, text: str) -> None:
    assert plain(typed) == line
    assert plain(typed, multiline=True) == text


@given(st.text(), st.booleans())
def test_cleaning_again_changes_nothing(typed: str, multiline: bool) -> None:
    once = plain(typed, multiline=multiline)

    assert plain(once, multiline=multiline) == once
    kept = "\n\t" if multiline else ""
    assert not [c for c in once if unicodedata.category(c) == "Cc" and c not in kept]
