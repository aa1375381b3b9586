"""What points are worth: decay, limits, caps, and a score that follows from ledger and time."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.behaviour.model import Behaviour
from shared.kernel.clock import iso
from shared.platform.codec import decode, encode
from shared.sales.scoring.awards import award_entry, profile_entry
from shared.sales.scoring.explanation import as_listed, summary
from shared.sales.scoring.ledger import Entry, from_item, reset_entry, to_item
from shared.sales.scoring.rules import RuleSet
from shared.sales.scoring.score import compact, evaluate, factor_after
from shared.sales.scoring.state import ScoreState, fold, to_attributes
from shared.sales.scoring.state import from_item as state_from_item
from tests.unit.sales.scoring.cases import SEEDED, T0, email_open, page_view, pricing_rule, rules

DAY = timedelta(days=1)


def scored(value: RuleSet, *behaviours: Behaviour) -> tuple[ScoreState, list[Entry]]:
    """A fresh lead after these behaviours, one at a time."""
    state, entries = ScoreState(), []
    for one in behaviours:
        if entry := award_entry(one, state, value, 1, T0):
            state.apply(entry)
            entries.append(entry)
    return state, entries


def points(value: RuleSet, state: ScoreState, at: datetime = T0) -> Decimal:
    return evaluate(state, value, at).total


def test_with_a_half_life_of_30_days_70_points_are_35_on_day_30() -> None:
    value = pricing_rule(half_life_days=30)
    state, _ = scored(value, *(page_view(n) for n in range(7)))

    assert points(value, state) == Decimal(70)
    assert points(value, state, T0 + 30 * DAY) == Decimal("35.0")
    assert points(value, state, T0 + 60 * DAY) == Decimal("17.5")


def test_points_decay_by_whole_days() -> None:
    value = pricing_rule(half_life_days=30)
    late = datetime.fromisoformat("2025-06-02T23:59:00Z")
    state, _ = scored(value, page_view(1, late))

    noon = datetime.fromisoformat("2025-06-03T12:00:00Z")
    assert points(value, state, late) == 10
    assert points(value, state, noon) == points(value, state, noon + timedelta(hours=11))


def test_the_seeded_rules_know_neither_decay_nor_limits() -> None:
    state, _ = scored(rules(), *(page_view(n, T0 - n * DAY) for n in range(500)))

    assert points(rules(), state, T0 + 1000 * DAY) == Decimal(5000)
    assert len(state.buckets["pricing_page"]) == 1
    assert state.limits == {}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, 60),
        ({"per_day": 2}, 40),
        ({"per_object": 1}, 20),
        ({"lifetime": 3}, 30),
        ({"per_day": 2, "lifetime": 3}, 30),
        ({"per_day": 1, "per_object": 1}, 20),
    ],
)
def test_a_limit_holds_per_object_per_day_and_for_ever(
    limits: dict[str, int], expected: int
) -> None:
    value = pricing_rule(limits=limits)
    views = [
        page_view(10 * day + n, T0 + day * DAY, path=path)
        for day in (0, 1)
        for n, path in enumerate(["/pricing", "/pricing", "/en/pricing"])
    ]

    state, _ = scored(value, *views)

    assert points(value, state) == expected


def test_limits_outlast_the_cycle() -> None:
    value = pricing_rule(limits={"lifetime": 2})
    state, _ = scored(value, page_view(1), page_view(2))

    state.apply(reset_entry("rejected", T0 + DAY, 2))

    assert award_entry(page_view(3, T0 + 2 * DAY), state, value, 1, T0) is None


def test_a_group_counts_for_no_more_than_its_cap_and_says_so() -> None:
    groups = [SEEDED["groups"][0] | {"cap": "30"}, SEEDED["groups"][1]]
    value = rules(groups=groups)
    state, _ = scored(value, *(page_view(n) for n in range(7)), email_open(1))

    score = evaluate(state, value, T0)

    assert score.total == 30
    (cap,) = [line for line in score.lines if line.rule is None]
    assert (cap.counted, cap.group) == (Decimal("-45.00"), "engagement")
    assert sum(line.counted for line in score.lines) == score.total


def test_a_withdrawn_rule_keeps_what_it_gave_until_the_cycle_ends() -> None:
    state, _ = scored(rules(), page_view(1))
    without = rules(behaviour=SEEDED["behaviour"][1:])

    score = evaluate(state, without, T0)

    assert score.total == 10
    assert score.lines[0].group is None


def test_what_has_decayed_to_nothing_is_dropped_without_changing_the_score() -> None:
    value = pricing_rule(half_life_days=1)
    state, _ = scored(value, *(page_view(n, T0 - n * DAY) for n in range(40)))
    before = points(value, state)

    compact(state, T0)

    assert points(value, state) == before
    assert len(state.buckets["pricing_page"]) < 25


def test_the_summary_of_a_score_adds_up_to_it() -> None:
    value = pricing_rule(half_life_days=30)
    state, _ = scored(value, *(page_view(n, T0 - n * DAY) for n in range(9)), email_open(1))
    score = evaluate(state, value, T0)

    lines = summary(score)

    assert [line["rule"] for line in lines] == ["pricing_page", "email_opened"]
    assert lines[0]["count"] == 9
    assert sum(Decimal(line["counted"]) for line in lines) == score.total


@given(st.integers(0, 5000), st.integers(1, 3650))
def test_decay_never_adds_and_never_rises(days: int, half_life: int) -> None:
    factor = factor_after(days, half_life)

    assert 0 <= factor_after(days + 1, half_life) <= factor <= 1


_VALUE = pricing_rule(
    half_life_days=7, limits={"per_day": 2, "per_object": 5, "lifetime": 12}, points="3.33"
).model_copy(
    update={"groups": [g.model_copy(update={"cap": Decimal("21.5")}) for g in rules().groups]}
)
_STEP = st.one_of(
    st.tuples(st.just("view"), st.integers(0, 40), st.sampled_from(["/pricing", "/a/pricing"])),
    st.tuples(st.just("open"), st.integers(0, 40), st.just("")),
    st.tuples(st.just("title"), st.sampled_from(["Manager", "Cook"]), st.just("")),
    st.tuples(st.just("reset"), st.just(0), st.just("")),
)


def _play(steps: list[Any]) -> tuple[ScoreState, list[Entry], datetime]:
    """A lead's life: the state kept up step by step, and the ledger it leaves."""
    state, entries, now = ScoreState(), [], T0
    for number, (kind, what, path) in enumerate(steps):
        now += timedelta(hours=9)
        entry: Entry | None
        if kind == "reset":
            entry = reset_entry(f"reset{number}", now, state.cycle + 1)
        elif kind == "title":
            entry = profile_entry({"job_title": what}, state, _VALUE, 1, now)
        else:
            # Events come late and out of order.
            at = now - timedelta(hours=what)
            one = email_open(number, at) if kind == "open" else page_view(number, at, path=path)
            entry = award_entry(one, state, _VALUE, 1, now)
        if entry:
            state.apply(entry)
            entries.append(entry)
            state.version += 1
    return state, entries, now


@given(st.lists(_STEP, max_size=40), st.randoms(), st.integers(0, 100))
def test_folding_the_ledger_in_any_order_gives_the_state_kept_step_by_step(
    steps: list[Any], shuffle: Any, later: int
) -> None:
    state, entries, now = _play(steps)
    stored = [from_item(decode(encode(to_item("lead_1", entry)))) for entry in entries]
    shuffle.shuffle(stored)

    folded = fold(stored)

    folded.armed, folded.version = state.armed, state.version
    assert folded == state
    assert state_from_item(decode(encode(to_attributes(state)))) == state
    score = evaluate(folded, _VALUE, now + later * DAY)
    assert score.total == sum((line.counted for line in score.lines), Decimal(0))
    listed = [as_listed(line) for line in score.lines]
    for line in listed:
        exact = Decimal(line["points"]) * Decimal(line["factor"])
        assert abs(exact - Decimal(line["counted"])) <= Decimal("0.005")


@given(st.lists(_STEP, max_size=30))
def test_dropping_what_decayed_on_the_way_never_changes_a_score(steps: list[Any]) -> None:
    state, _, now = _play(steps)
    compacted = state.copy()
    compact(compacted, now)

    for days in (0, 1, 30, 400):
        at = now + days * DAY
        assert evaluate(compacted, _VALUE, at).total == evaluate(state, _VALUE, at).total


def test_what_happened_before_the_cycle_is_kept_and_counts_nowhere() -> None:
    state = ScoreState()
    state.apply(reset_entry("rejected", T0, 2))

    entry = award_entry(page_view(1, T0 - DAY, recorded_at=iso(T0 + DAY)), state, rules(), 1, T0)

    assert entry is not None
    state.apply(entry)
    assert evaluate(state, rules(), T0).total == 0
