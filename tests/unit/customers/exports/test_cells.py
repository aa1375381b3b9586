"""Cells that are no formulas, and say the same when they come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.exports.cells import neutral, plain


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+977 1",
        "-2",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "  =1",
        "\uff1d1",
        "'=1",
        "'+1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_a_spreadsheet_would_work_out_is_text(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@pytest.mark.parametrize("text", ["Ann", "O'Neil", "'quoted'", "12", "a=b", "", "Müller - Sohn"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == plain(text) == text


@given(st.text(alphabet=st.sampled_from("=+-@'\t\r\n a1"), max_size=8))
def test_whatever_goes_out_comes_back(text: str) -> None:
    assert plain(neutral(text)) == text
