"""Identifiers say what they are, sort by time, and are derived where a key stands for one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import derived_id, is_id, new_id

START = datetime(2025, 6, 2, tzinfo=UTC)


def test_a_new_id_says_what_it_is_and_is_recognised() -> None:
    made = new_id("lead", START)

    assert made.startswith("lead_")
    assert is_id("lead", made)
    assert not is_id("staff", made)


def test_ids_made_later_sort_later() -> None:
    made = [new_id("lead", START + timedelta(milliseconds=n)) for n in range(50)]

    assert made == sorted(made)


def test_two_ids_of_one_instant_differ() -> None:
    assert new_id("lead", START) != new_id("lead", START)


@given(st.binary(min_size=16, max_size=32))
def test_a_derived_id_has_the_shape_of_any_other_and_never_changes(digest: bytes) -> None:
    assert is_id("lead", derived_id("lead", digest))
    assert derived_id("lead", digest) == derived_id("lead", digest[:16])


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_different_digests_give_different_ids(one: bytes, other: bytes) -> None:
    assert (derived_id("lead", one) == derived_id("lead", other)) == (one == other)


def test_text_that_only_resembles_an_id_is_none() -> None:
    good = derived_id("lead", b"\xab" * 15 + b"\0")

    for bad in (
        good[:-1],
        good + "0",
        good.lower(),
        good.replace("0", "U"),
        f" {good}",
        f"{good}\n",
    ):
        assert not is_id("lead", bad)
