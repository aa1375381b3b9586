"""Turns by weight are exact in every window, whoever else comes and goes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shared.sales.assignment.rotation import next_turn

weights = st.dictionaries(
    st.sampled_from(("asha", "bikash", "chandra", "dipa")), st.integers(1, 9), min_size=1
)


def turns(weights, number, credits=None):
    credits = credits or {}
    taken = []
    for _ in range(number):
        one, credits = next_turn(weights, credits)
        taken.append(one)
    return taken


def test_weights_2_1_1_interleave():
    assert (
        turns({"asha": 2, "bikash": 1, "chandra": 1}, 8)
        == [
            "asha",
            "bikash",
            "chandra",
            "asha",
        ]
        * 2
    )


def test_weights_with_a_common_divisor_take_the_same_turns_as_without():
    assert turns({"asha": 100, "bikash": 50}, 6) == turns({"asha": 2, "bikash": 1}, 6)


@given(weights, st.integers(0, 40))
def test_every_window_of_the_sum_of_weights_serves_each_by_their_weight(weights, start):
    total = sum(weights.values())
    taken = turns(weights, start + total)

    assert Counter(taken[start:]) == weights


@given(weights)
def test_credits_return_to_nothing_after_a_whole_window(weights):
    credits = {}
    for _ in range(sum(weights.values())):
        _, credits = next_turn(weights, credits)

    assert set(credits.values()) == {0}


@given(weights, st.integers(1, 20))
def test_the_order_in_which_people_are_listed_does_not_matter(weights, number):
    backwards = dict(reversed(weights.items()))

    assert turns(weights, number) == turns(backwards, number)


def test_somebody_who_comes_back_takes_up_their_turns_where_they_left_off():
    credits = {}
    _, credits = next_turn({"asha": 1, "bikash": 1}, credits)
    alone, credits = next_turn({"asha": 1}, credits)
    back, _ = next_turn({"asha": 1, "bikash": 1}, credits)

    assert (alone, back) == ("asha", "bikash")
