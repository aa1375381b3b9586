"""A cursor continues the list it came from, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.errors import Rejected
from shared.kernel.paging import seal, unseal

KEY = b"k" * 32


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
def test_a_cursor_opens_to_the_position_it_was_made_of(position: dict[str, str]) -> None:
    assert unseal(seal(position, KEY, "leads"), KEY, "leads") == position


@pytest.mark.parametrize(
    "cursor",
    ["", ".", "a.b.c", "abc", "é.é", "a" * 5_000, "e30.AAAAAAAAAAAAAAAAAAAAAA", "====.===="],
)
def test_anything_else_is_refused_with_a_code(cursor: str) -> None:
    with pytest.raises(Rejected) as refused:
        unseal(cursor, KEY, "leads")

    assert refused.value.code == "cursor_invalid"


def test_a_cursor_of_another_list_person_or_key_is_refused() -> None:
    cursor = seal({"pk": "a"}, KEY, "leads:ann")

    for key, scope in ((KEY, "leads:bob"), (KEY, "teams:ann"), (b"x" * 32, "leads:ann")):
        with pytest.raises(Rejected):
            unseal(cursor, key, scope)


@given(st.data())
def test_no_altered_position_is_ever_opened(data: st.DataObject) -> None:
    cursor = seal({"pk": "LEAD#1", "sk": "LEAD"}, KEY, "leads")
    at = data.draw(st.integers(0, len(cursor) - 1))
    altered = cursor[:at] + data.draw(st.characters()) + cursor[at + 1 :]

    try:
        position = unseal(altered, KEY, "leads")
    except Rejected:
        return
    # Base 64 has spare bits in its last character: the text may differ, never what it means.
    assert position == {"pk": "LEAD#1", "sk": "LEAD"}
