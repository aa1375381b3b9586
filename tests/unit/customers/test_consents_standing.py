"""Which of two decisions stands, and what they allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.consents.model import Consent, ConsentState, Evidence, purpose_of
from shared.customers.consents.standing import allows, by_key, merged

G, P, W = ConsentState.GRANTED, ConsentState.PENDING, ConsentState.WITHDRAWN
EARLY, LATE = "2025-06-01T00:00:00.000Z", "2025-06-02T00:00:00.000Z"


def consent(state: ConsentState, at: str = EARLY, channel: str = "email") -> Consent:
    return Consent(
        purpose="marketing",
        channel=channel,  # type: ignore[arg-type]
        state=state,
        at=at,
        evidence=Evidence(source="form"),
    )


@pytest.mark.parametrize(
    ("a", "b", "state"), [(G, W, W), (W, G, W), (G, P, P), (P, W, W), (G, G, G)]
)
def test_of_two_records_the_most_restrictive_counts_whenever_it_was(
    a: ConsentState, b: ConsentState, state: ConsentState
) -> None:
    for first, second in ((EARLY, LATE), (LATE, EARLY)):
        (found,) = merged([consent(a, first)], [consent(b, second)])
        assert found.state is state


def test_what_one_record_alone_has_is_kept() -> None:
    found = merged([consent(G)], [consent(W, channel="phone")])

    assert [(one.channel, one.state) for one in found] == [("email", G), ("phone", W)]


@given(
    st.lists(st.sampled_from(ConsentState), min_size=1, max_size=1),
    st.sampled_from([*ConsentState]),
)
def test_which_record_is_the_winner_is_no_matter(a: list[ConsentState], b: ConsentState) -> None:
    ours, theirs = [consent(a[0])], [consent(b, LATE)]

    assert {one.state for one in merged(ours, theirs)} == {
        one.state for one in merged(theirs, ours)
    }


def test_without_a_decision_nothing_is_allowed() -> None:
    assert not allows({}, "marketing", "email")
    assert not allows(by_key([consent(G)]), "service", "email")
    assert not allows(by_key([consent(P)]), "marketing", "email")


def test_a_decision_about_any_channel_counts_like_one_about_the_channel_the_later_wins() -> None:
    yes_to_any = consent(G, EARLY, "any")

    assert allows(by_key([yes_to_any]), "marketing", "sms")
    assert not allows(by_key([yes_to_any, consent(W, LATE, "sms")]), "marketing", "sms")
    assert allows(by_key([consent(W, EARLY, "any"), consent(G, LATE, "sms")]), "marketing", "sms")
    assert not allows(by_key([consent(W, LATE, "any"), consent(G, EARLY)]), "marketing", "email")


def test_of_the_same_instant_the_stricter_counts() -> None:
    assert not allows(by_key([consent(G, EARLY, "any"), consent(W)]), "marketing", "email")


@pytest.mark.parametrize(
    ("words", "purpose"),
    [
        ("marketing", "marketing"),
        (" Product news! ", "product-news"),
        ("2024 offers", "offers"),
        ("€", None),
        ("", None),
        ("x" * 80, "x" * 40),
    ],
)
def test_the_words_of_a_form_become_a_purpose(words: str, purpose: str | None) -> None:
    assert purpose_of(words) == purpose
