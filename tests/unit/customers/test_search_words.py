"""Names in any script become words; a misspelt word is like the one that was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.search.entries import account_entries, contact_entries
from shared.customers.search.ranking import match
from shared.customers.search.repository import entry_key
from shared.customers.search.spelling import likeness, variants
from shared.customers.search.words import company_words, folded, parts_of, words_of

NAMES = st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Łukasz Müller-Lüdenscheidt", ["lukasz", "muller", "ludenscheidt"]),
        ("O'Brien", ["obrien"]),
        ("Søren Æbelø", ["soren", "aebelo"]),
        ("İstanbul", ["istanbul"]),
        ("सीता श्रेष्ठ", ["सीता", "श्रेष्ठ"]),
        ("محمد", ["محمد"]),
        ("王小明", ["王小明"]),
        ("ann ANN Ann", ["ann"]),
        (" \t…!? ", []),
    ],
)
def test_a_name_is_split_into_folded_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_the_legal_form_is_no_word_of_a_company_unless_it_is_all_there_is() -> None:
    assert company_words("Example Ltd.") == ["example"]
    assert company_words("The AG") == ["the", "ag"]


def test_names_without_spaces_are_found_by_what_begins_inside_them() -> None:
    assert parts_of("王小明") == ["王小明", "小明", "明"]
    assert parts_of("smith") == ["smith"]


@given(NAMES)
def test_folding_again_changes_nothing_that_is_a_word(text: str) -> None:
    for word in words_of(text):
        assert words_of(word) == [word]


@given(NAMES, NAMES, st.lists(NAMES, max_size=3))
def test_what_changes_from_one_name_to_any_other_fits_one_transaction(
    first: str, last: str, companies: list[str]
) -> None:
    entries = contact_entries([first, last], companies)

    assert len(entries.words) <= 45
    for word in entries.words:
        key = entry_key(word, "contact_00000000000000000000000000")
        assert len(key["sk"].encode()) <= 1024


@pytest.mark.parametrize(
    ("asked", "meant", "others"),
    [
        ("smiht", "smith", ["jones", "sims"]),
        ("jonson", "johnson", ["jackson"]),
        ("shresta", "shrestha", ["shah"]),
        ("filip", "philip", ["felix"]),
        ("katrin", "kathryn", ["karl"]),
        ("maria", "мария", ["марк"]),
        ("mull", "muller", ["malle"]),
    ],
)
def test_the_word_that_was_meant_is_most_like_the_one_typed(
    asked: str, meant: str, others: list[str]
) -> None:
    assert likeness(asked, meant) > max(likeness(asked, other) for other in others)


@given(st.text("abcdefgh", min_size=3, max_size=12), st.integers(0, 11), st.sampled_from("xyz"))
def test_a_word_with_one_wrong_letter_shares_a_key_with_the_right_one(
    word: str, at: int, letter: str
) -> None:
    at %= len(word)
    wrong = {
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
    }

    for one in wrong:
        if min(len(one), len(word)) > 2:
            assert set(variants(one)) & set(variants(word))
            assert likeness(one, word) > 0


@given(st.text("abcdefgh", min_size=1, max_size=20))
def test_a_word_has_at_most_thirty_keys_and_is_most_like_itself(word: str) -> None:
    assert 1 <= len(variants(word)) <= 30
    assert likeness(word, word) == 1


def test_who_has_all_words_comes_before_who_has_some() -> None:
    ann, annika, company = (
        match(["ann", "lee"], text) for text in ("ann lee", "annika lee berg", "bob|ann lee")
    )

    assert ann.score > max(annika.score, company.score) and min(annika.score, company.score) > 0.5
    assert ann.whole and annika.whole


def test_an_account_is_found_by_its_words_in_any_order() -> None:
    assert {"northern", "trading", "northern trading", "trading northern"} == set(
        account_entries("Northern Trading Ltd").words
    )
    assert folded("STRASSE") == folded("straße")
