"""Two contacts are as likely one person as what is alike and what differs says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.duplicates.similarity import SUGGESTED_FROM, Facts, likeness

ANN = Facts(
    first_name=("ann",),
    last_name=("shrestha",),
    companies=(("northern", "trading"),),
    phones=("+9779841234567",),
    emails=("ann.shrestha@example.com",),
    country="NP",
)

FACTS = st.builds(
    Facts,
    first_name=st.lists(st.text("abcд", min_size=1, max_size=6), max_size=2).map(tuple),
    last_name=st.lists(st.text("abcд", min_size=1, max_size=6), max_size=2).map(tuple),
    companies=st.lists(st.tuples(st.text("ab", min_size=1, max_size=4)), max_size=2).map(tuple),
    phones=st.lists(st.text("0123", min_size=8, max_size=9), max_size=2).map(tuple),
    emails=st.lists(st.text("ab@.", min_size=3, max_size=9), max_size=2).map(tuple),
    country=st.sampled_from([None, "NP", "DE"]),
)


def score(**facts: object) -> float:
    return likeness(ANN, Facts(**facts)).score  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [
        {
            "first_name": ("ann",),
            "last_name": ("shresta",),
            "companies": (("northern", "trading"),),
        },
        {"first_name": ("shrestha",), "last_name": ("ann",), "phones": ("+9779841234576",)},
        {"first_name": ("a",), "last_name": ("shrestha",), "emails": ("ann.shrestha@gmail.com",)},
        {"first_name": ("ann",), "last_name": ("shrestha",)},
    ],
    ids=["misspelt at one company", "names swapped, digits too", "initial", "a rare name alone"],
)
def test_a_likely_duplicate_is_suggested(facts: dict[str, object]) -> None:
    assert score(**facts) >= SUGGESTED_FROM


@pytest.mark.parametrize(
    "facts",
    [
        {
            "first_name": ("bob",),
            "last_name": ("shrestha",),
            "companies": (("northern", "trading"),),
        },
        {
            "first_name": ("ann",),
            "last_name": ("shrestha",),
            "country": "DE",
            "phones": ("+49309018",),
        },
        {"first_name": ("ann",), "companies": (("northern", "trading"),)},
        {},
    ],
    ids=["a brother at one company", "elsewhere", "half a name", "nothing known"],
)
def test_an_unlikely_one_is_not(facts: dict[str, object]) -> None:
    assert score(**facts) < SUGGESTED_FROM


def test_a_common_name_says_less_than_a_rare_one() -> None:
    other = Facts(first_name=("ann",), last_name=("shrestha",))

    scores = [likeness(ANN, other, namesakes).score for namesakes in (1, 2, 8, 100)]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] > SUGGESTED_FROM > scores[-1]


def test_reasons_are_what_speaks_for_one_person_the_strongest_first() -> None:
    found = likeness(ANN, Facts(("ann",), ("shresta",), (("other",),), ("+9779841234568",)))

    assert found.reasons == ("phone_close", "last_name_close", "first_name_same")


@given(FACTS, FACTS)
def test_two_are_as_alike_either_way_round(one: Facts, other: Facts) -> None:
    found = likeness(one, other)

    assert found.score == likeness(other, one).score
    assert 0 <= found.score <= 1
