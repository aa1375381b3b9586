"""What differs between two versions of a configuration."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.differences import Difference, differences

RULES = {"rules": [{"id": "a", "team": "north"}, {"id": "b", "team": "south"}], "within": 60}


def test_the_same_twice_has_no_difference():
    assert differences(RULES, RULES) == []


def test_a_changed_value_is_named_by_its_place():
    after = {"rules": [{"id": "a", "team": "east"}, {"id": "b", "team": "south"}], "within": 30}

    assert differences(RULES, after) == [
        Difference("rules.a.team", "north", "east"),
        Difference("within", 60, 30),
    ]


def test_an_entry_put_in_front_is_told_alone_and_with_the_new_order():
    after = {"rules": [{"id": "c", "team": "west"}, *RULES["rules"]], "within": 60}

    assert differences(RULES, after) == [
        Difference("rules.c.id", None, "c"),
        Difference("rules.c.team", None, "west"),
        Difference("rules (order)", ["a", "b"], ["c", "a", "b"]),
    ]


def test_rules_in_another_order_are_different_rules():
    after = {"rules": RULES["rules"][::-1], "within": 60}

    assert differences(RULES, after) == [Difference("rules (order)", ["a", "b"], ["b", "a"])]


def test_what_is_gone_is_told_last_and_a_list_of_words_whole():
    before = {"skills": ["loans"], "gone": {"deep": 1}}
    after = {"skills": ["loans", "cards"], "new": []}

    assert differences(before, after) == [
        Difference("skills", ["loans"], ["loans", "cards"]),
        Difference("new", None, []),
        Difference("gone.deep", 1, None),
    ]


def test_what_was_emptied_is_seen():
    assert differences({"leave": {"from": 1}}, {"leave": {}}) == [
        Difference("leave", None, {}),
        Difference("leave.from", 1, None),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(document=st.dictionaries(st.text("xyz", min_size=1, max_size=2), json_values, max_size=4))
def test_nothing_differs_from_itself(document):
    assert differences(document, document) == []
