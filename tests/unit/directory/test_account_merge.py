"""Who wins where directory and sign-in pool differ."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.directory.pool.model import Account, Agreed, merged

BEFORE = Account("asha@example.com", frozenset({"rep"}), False)
AGREED = Agreed(BEFORE)

accounts = st.builds(
    Account,
    st.sampled_from(["a@example.com", "b@example.com", "c@example.com"]),
    st.frozensets(st.sampled_from(["rep", "agent", "admin"])),
    st.booleans(),
)


@given(before=accounts, here=accounts)
def test_what_changed_here_only_goes_there(before: Account, here: Account) -> None:
    assert merged(Agreed(before), here, before) == here


@given(before=accounts, there=accounts)
def test_what_changed_there_only_comes_here(before: Account, there: Account) -> None:
    assert merged(Agreed(before), before, there) == there


@given(before=accounts, both=accounts)
def test_what_changed_alike_is_settled(before: Account, both: Account) -> None:
    assert merged(Agreed(before), both, both) == both


@given(before=accounts, here=accounts, there=accounts)
def test_merging_again_changes_nothing(before: Account, here: Account, there: Account) -> None:
    first = merged(Agreed(before), here, there)

    assert merged(Agreed(before, first), first, there) == first
    assert merged(Agreed(first), first, first) == first


def test_changes_of_different_roles_all_count() -> None:
    here = replace(BEFORE, roles=frozenset({"rep", "agent"}))
    there = replace(BEFORE, roles=frozenset({"marketer"}))

    assert merged(AGREED, here, there).roles == {"agent", "marketer"}


def test_of_two_new_addresses_the_directory_s_is_kept() -> None:
    here, there = replace(BEFORE, email="here@x.zz"), replace(BEFORE, email="there@x.zz")

    assert merged(AGREED, here, there).email == "here@x.zz"


@pytest.mark.parametrize("disabled", [(True, False), (False, True), (True, True)])
def test_without_an_agreement_whoever_is_disabled_anywhere_is(disabled: tuple[bool, bool]) -> None:
    here, there = (replace(BEFORE, disabled=one) for one in disabled)

    assert merged(None, here, there).disabled


def test_what_we_were_about_to_do_there_is_no_change_of_somebody_s() -> None:
    """Disabled here, pushed, and enabled here again before it was known to have arrived."""
    half_done = Agreed(BEFORE, pushing=replace(BEFORE, disabled=True))

    target = merged(half_done, BEFORE, replace(BEFORE, disabled=True))

    assert not target.disabled
