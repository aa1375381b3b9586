"""What points are worth: decay, limits, caps, and a score that follows from ledger and time."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.behaviour.model import Behaviour
from shared.kernel.clock import iso
from shared.platform.codec import decode, encode
from shared.sales.scoring import limits
from shared.sales.scoring.awards import award_entry, profile_entry
from shared.sales.scoring.decay import factor_after
from shared.sales.scoring.explanation import as_listed, summary
from shared.sales.scoring.ledger import Entry, from_item, reset_entry, to_item
from shared.sales.scoring.limits import compact
from shared.sales.scoring.rules import RuleSet
from shared.sales.scoring.score import evaluate
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


def test_points_decay_by_whole_elapsed_days_to_the_second() -> None:
    value = pricing_rule(half_life_days=30)
    late = datetime.fromisoformat("2025-06-02T23:59:00.600Z")
    state, _ = scored(value, *(page_view(n, late) for n in range(7)))
    second = late.replace(microsecond=0)

    assert points(value, state, second + timedelta(minutes=2)) == 70
    assert points(value, state, second + DAY - timedelta(seconds=1)) == 70
    assert points(value, state, second + DAY) == Decimal("68.40")
    after_29 = points(value, state, second + 29 * DAY)
    assert points(value, state, second + 30 * DAY - timedelta(seconds=1)) == after_29 > 35
    assert points(value, state, second + 30 * DAY - timedelta(microseconds=1)) == after_29
    assert points(value, state, second + 30 * DAY) == Decimal("35.00")
    assert points(value, state, second + 31 * DAY - timedelta(seconds=1)) == Decimal("35.00")


def test_a_time_zone_or_an_instant_before_the_award_changes_no_age() -> None:
    value = pricing_rule(half_life_days=1)
    state, _ = scored(value, page_view(1))
    there = (T0 + DAY).astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert points(value, state, there) == Decimal("5.00")
    assert points(value, state, T0 - 3 * DAY) == 10


def test_awards_of_one_age_are_one_line_whatever_their_instants() -> None:
    value = pricing_rule(half_life_days=30, points="0.87")
    hours = (25, 0, 1, -5)
    state, _ = scored(value, *(page_view(n, T0 - timedelta(hours=h)) for n, h in enumerate(hours)))

    score = evaluate(state, value, T0 + 30 * DAY)

    lines = [as_listed(line) for line in score.lines]
    assert [(line["age_days"], line["count"], line["points"]) for line in lines] == [
        (31, 1, "0.87"),
        (30, 2, "1.74"),
        (29, 1, "0.87"),
    ]
    # 0.4251 + 0.87 + 0.4452 is 1.7402: each rounded by itself they would make 1.75.
    assert [line["counted"] for line in lines] == ["0.43", "0.87", "0.44"]
    assert score.total == Decimal("1.74")


def test_what_has_decayed_to_nothing_is_not_listed_whether_it_was_dropped_or_not() -> None:
    value = pricing_rule(half_life_days=1)
    state, _ = scored(value, page_view(1), page_view(2, T0 + DAY))

    assert [line.days for line in evaluate(state, value, T0 + 20 * DAY).lines] == [20, 19]
    assert [line.days for line in evaluate(state, value, T0 + 21 * DAY).lines] == [20]
    assert evaluate(state, value, T0 + 22 * DAY).lines == ()


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


def test_beyond_the_most_instants_whose_points_count_there_are_no_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_INSTANTS", 3)
    value = pricing_rule(half_life_days=1)
    state, _ = scored(value, *(page_view(n, T0 - timedelta(seconds=n)) for n in range(5)))

    assert points(value, state) == 30
    # Not the same second, not points that last, and not what is worth nothing by now.
    assert award_entry(page_view(9), state, value, 1, T0)
    assert award_entry(email_open(9, T0 + DAY), state, value, 1, T0 + DAY)
    assert award_entry(page_view(9, T0 - 40 * DAY), state, value, 1, T0)
    refused = page_view(9, T0 + timedelta(seconds=9))
    for _ in range(3):
        assert award_entry(refused, state, value, 1, T0 + timedelta(seconds=9)) is None
    # What has decayed to nothing makes room again.
    assert award_entry(page_view(10, T0 + 22 * DAY), state, value, 1, T0 + 22 * DAY)


def test_instants_are_counted_over_all_rules_and_those_of_another_cycle_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_INSTANTS", 2)
    decaying = [rule | {"half_life_days": 9} for rule in SEEDED["behaviour"]]
    value = rules(behaviour=decaying)
    state, _ = scored(value, page_view(1), email_open(1))

    assert award_entry(email_open(2, T0 - DAY), state, value, 1, T0) is None
    state.apply(reset_entry("rejected", T0 + DAY, 2))
    assert award_entry(email_open(2, T0 + 2 * DAY), state, value, 1, T0 + 2 * DAY)


def test_the_score_of_a_hostile_visitor_stays_small() -> None:
    pricing, opened = SEEDED["behaviour"]
    pages = pricing | {"half_life_days": 3_650, "limits": {"per_object": 10_000}}
    daily = opened | {"limits": {"per_day": 10_000}}
    value = rules(behaviour=[pages, daily])
    state = ScoreState()
    for n in range(1_000):
        at = T0 + n * timedelta(hours=11)
        for one in (page_view(n, at, object_id=f"page-{n}"), email_open(n, at)):
            if entry := award_entry(one, state, value, 1, at):
                state.apply(entry)
        compact(state, at)

    assert len(state.buckets["pricing_page"]) == limits.MAX_INSTANTS
    assert len(state.limits["email_opened"]) == 181
    assert len(str(encode(to_attributes(state)))) < 40_000


def test_counters_of_days_gone_by_are_dropped_and_such_days_give_no_more() -> None:
    value = pricing_rule(limits={"per_day": 1})
    state, _ = scored(value, page_view(1))

    compact(state, T0 + limits.DAYS_COUNTED)
    assert state.limits == {"pricing_page": {"d:2025-06-02": 1}}
    assert award_entry(page_view(2), state, value, 1, T0 + limits.DAYS_COUNTED) is None

    gone = T0 + limits.DAYS_COUNTED + DAY
    compact(state, gone)
    assert state.limits == {}
    assert points(value, state, gone) == 10
    assert award_entry(page_view(3), state, value, 1, gone) is None
    assert award_entry(page_view(4, T0 + DAY), state, value, 1, gone)
    assert award_entry(page_view(5), state, rules(), 1, gone), "no daily limit, no matter how late"


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
_HOURS_LATE = st.one_of(st.integers(0, 40), st.integers(3_400, 4_500))
_STEP = st.one_of(
    st.tuples(st.just("view"), _HOURS_LATE, st.sampled_from(["/pricing", "/a/pricing"])),
    st.tuples(st.just("open"), _HOURS_LATE, st.just("")),
    st.tuples(st.just("title"), st.sampled_from(["Manager", "Cook"]), st.just("")),
    st.tuples(st.just("reset"), st.just(0), st.just("")),
)


_UNCAPPED = _VALUE.model_copy(update={"groups": rules().groups})


def _play(
    steps: list[Any], *, compacting: bool = False
) -> tuple[ScoreState, list[Entry], datetime]:
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
        if compacting:
            compact(state, now)
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
        alone = [one["rule"] for one in listed].count(line["rule"]) == 1
        assert abs(exact - Decimal(line["counted"])) <= Decimal("0.005" if alone else "0.01")


@given(st.lists(_STEP, max_size=30), st.randoms())
def test_dropping_what_no_longer_matters_on_the_way_changes_no_score_and_no_award(
    steps: list[Any], shuffle: Any
) -> None:
    state, entries, now = _play(steps)
    compacted, compacted_entries, _ = _play(steps, compacting=True)

    assert compacted_entries == entries
    for days in (0, 1, 30, 400):
        at = now + days * DAY
        assert evaluate(compacted, _VALUE, at) == evaluate(state, _VALUE, at)
    shuffle.shuffle(entries)
    folded = fold(entries)
    compact(folded, now)
    folded.armed, folded.version = compacted.armed, compacted.version
    assert folded == compacted


@given(st.lists(_STEP, max_size=30), st.lists(st.integers(0, 10_000_000), max_size=20))
def test_waiting_never_adds_to_a_score(steps: list[Any], seconds: list[int]) -> None:
    state, _, now = _play(steps)

    worth = [points(_UNCAPPED, state, now + timedelta(seconds=one)) for one in sorted(seconds)]

    assert worth == sorted(worth, reverse=True)


@given(st.integers(0, 400), st.integers(-90_000, 90_000), st.integers(0, 999))
def test_an_age_is_the_whole_days_since_the_second_of_the_award(
    days: int, seconds: int, milliseconds: int
) -> None:
    value = pricing_rule(half_life_days=40)
    awarded = T0 + timedelta(seconds=seconds)
    state, _ = scored(value, page_view(1, awarded + timedelta(milliseconds=milliseconds)))

    (on_time,) = evaluate(state, value, awarded + days * DAY).lines
    (before,) = evaluate(state, value, awarded + days * DAY - timedelta(microseconds=1)).lines

    assert (on_time.days, before.days) == (days, max(0, days - 1))


def test_what_happened_before_the_cycle_is_kept_and_counts_nowhere() -> None:
    state = ScoreState()
    state.apply(reset_entry("rejected", T0, 2))

    entry = award_entry(page_view(1, T0 - DAY, recorded_at=iso(T0 + DAY)), state, rules(), 1, T0)

    assert entry is not None
    state.apply(entry)
    assert evaluate(state, rules(), T0).total == 0
