"""Languages as they are spelt, and names as they are sorted."""

import pytest

from shared.customers.languages import language_tag
from shared.customers.names import MAX_SORTED, folded, sort_key


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("ne", "ne"),
        ("EN-us", "en-US"),
        ("pt_BR", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        (" new ", "new"),
    ],
)
def test_a_language_is_spelt_in_one_way(typed: str, tag: str) -> None:
    assert language_tag(typed) == tag


@pytest.mark.parametrize("typed", ["", "english", "xx", "e", "en-", "en-USA", "12", "en US"])
def test_what_is_no_language_is_none(typed: str) -> None:
    assert language_tag(typed) is None


def test_case_accents_and_spaces_make_no_difference_to_a_name() -> None:
    assert folded("  Åse   Ñandú ") == folded("ase nandu") == "ase nandu"
    assert folded("Straße") == "strasse"


def test_a_list_by_name_has_those_without_one_last() -> None:
    keys = [sort_key("contact_2", None, None), sort_key("contact_1", "Żak"), sort_key("c", "ann")]

    assert sorted(keys) == ["ann#c", "zak#contact_1", "~#contact_2"]


def test_a_name_however_long_fits_a_key() -> None:
    assert len(sort_key("contact_" + "0" * 26, "漢" * 5_000).encode()) < 1_024
    assert sort_key("c", "x" * 500) == "x" * MAX_SORTED + "#c"
