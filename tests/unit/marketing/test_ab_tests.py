"""Who gets which mail of a test, and when one is better than another."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import derived_id
from shared.marketing.ab_tests.model import Arm
from shared.marketing.ab_tests.significance import compared, verdict_on
from shared.marketing.ab_tests.splitting import arm_of, due, variant_of, way_of
from shared.marketing.campaigns.model import Campaign, Way

TEMPLATES = ["template_" + letter * 26 for letter in "BC"]


def campaign(
    percent: int = 20, others: int = 1, winner: str | None = None, number: int = 1
) -> Campaign:
    test = {
        "templates": TEMPLATES[:others],
        "versions": [7, 8][:others],
        "sample_percent": percent,
        "winner": winner,
    }
    return Campaign.model_validate(
        {
            "campaign_id": derived_id("campaign", bytes([number]) * 16),
            "name": "Spring",
            "audience": {"list_id": "list_" + "0" * 26},
            "template_id": "template_" + "A" * 26,
            "template_version": 3,
            "created_at": "",
            "created_by": "",
            "ab_test": test,
        }
    )


PEOPLE = [derived_id("contact", number.to_bytes(16)) for number in range(10_000)]


def test_200_of_5000_against_260_of_5000_is_no_chance() -> None:
    z, p = compared(Arm("a", 5_000, 200), Arm("b", 5_000, 260))

    assert (round(z, 3), round(p, 4)) == (2.864, 0.0042)
    found = verdict_on([Arm("a", 5_000, 200), Arm("b", 5_000, 260)], 0.95)
    assert (found.best, found.significant) == ("b", True)
    assert not verdict_on([Arm("a", 5_000, 200), Arm("b", 5_000, 260)], 0.999).significant


@pytest.mark.parametrize(
    "arms",
    [
        [Arm("a", 50, 2), Arm("b", 50, 3)],
        [Arm("a", 0, 0), Arm("b", 0, 0)],
        [Arm("a", 100, 0), Arm("b", 100, 0)],
        [Arm("a", 100, 100), Arm("b", 100, 100)],
        [Arm("a", 5_000, 260), Arm("b", 5_000, 260), Arm("c", 5_000, 200)],
    ],
)
def test_equals_small_numbers_and_nothing_at_all_have_no_winner(arms: list[Arm]) -> None:
    assert not verdict_on(arms, 0.95).significant


def test_the_best_of_three_has_to_be_better_than_both_by_as_much_more() -> None:
    arms = [Arm("a", 5_000, 200), Arm("b", 5_000, 260), Arm("c", 5_000, 190)]

    found = verdict_on(arms, 0.95)

    assert (found.best, found.significant) == ("b", True)
    assert found.p == pytest.approx(2 * compared(arms[0], arms[1])[1])


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.data())
def test_z_and_p_turn_round_with_the_arms(n: int, m: int, data: st.DataObject) -> None:
    one = Arm("a", n, data.draw(st.integers(0, n)))
    other = Arm("b", m, data.draw(st.integers(0, m)))

    z, p = compared(one, other)
    back, same = compared(other, one)

    assert (back, same) == (pytest.approx(-z), pytest.approx(p))
    assert 0 <= p <= 1


def test_the_sample_is_as_large_as_said_and_shared_evenly() -> None:
    arms = Counter(arm_of(campaign(20, 2), one) for one in PEOPLE)

    assert arms[None] == pytest.approx(8_000, abs=150)
    assert [arms[name] for name in "abc"] == pytest.approx([667] * 3, abs=90)
    assert Counter(arm_of(campaign(100), one) for one in PEOPLE)[None] == 0


def test_an_arm_stays_and_another_campaign_draws_anew() -> None:
    first, again, another = (
        [arm_of(campaign(50, number=number), one) for one in PEOPLE] for number in (1, 1, 2)
    )

    assert first == again
    assert sum(a == b for a, b in zip(first, another, strict=True)) < 5_000


def test_the_rest_waits_and_then_gets_the_winner_while_the_sample_keeps_its_own() -> None:
    waiting, decided = campaign(20), campaign(20, winner="b")
    sample = [one for one in PEOPLE if arm_of(waiting, one)]

    assert due(waiting, PEOPLE) == sample
    assert due(decided, PEOPLE) == PEOPLE
    rest, mail = set(PEOPLE) - set(sample), waiting.ways[0]
    assert {variant_of(waiting, one, mail) for one in rest} == {None}
    assert {variant_of(decided, one, mail) for one in rest} == {"b"}
    assert all(variant_of(decided, one, mail) == arm_of(waiting, one) for one in sample)


def test_a_variant_changes_the_words_of_mails_only() -> None:
    one = campaign()
    mail, text = one.ways[0], Way(channel="sms", template_id="template_" + "S" * 26)

    assert way_of(one, mail, "a") == mail
    changed = way_of(one, mail, "b")
    assert (changed.template_id, changed.template_version) == (TEMPLATES[0], 7)
    assert {variant_of(one, who, text) for who in PEOPLE[:100]} == {None}
    assert way_of(one, text, None) == text
