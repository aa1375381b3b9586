"""Who is in a segment, by rule and facts; until when; what a rule may not be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.contacts.model import Contact
from shared.customers.custom_fields.model import CustomField, CustomFields
from shared.kernel.clock import iso
from shared.kernel.errors import Rejected
from shared.marketing.segments.checking import check_rule, circle, parsed_rule, rule_schema
from shared.marketing.segments.evaluation import Decision, evaluate, lot
from shared.marketing.segments.facts import Event, Facts
from shared.marketing.segments.rule import Rule, conditions
from shared.marketing.segments.saying import said

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
ANN = {
    "contact_id": "contact_1",
    "source": "staff",
    "created_at": iso(NOW - timedelta(days=10)),
    "updated_at": iso(NOW),
    "created_by": "asha",
    "version": 1,
}
CUSTOM = CustomFields(
    fields=(
        CustomField(name="size", label="Size", type="number"),
        CustomField(name="renews", label="Renews", type="date"),
        CustomField(name="vip", label="VIP", type="boolean"),
        CustomField(name="likes", label="Likes", type="multi_choice", options=("Tea", "Coffee")),
    )
)


def field(name: str, compare: str, value: Any = None, type: str = "field") -> dict[str, Any]:
    return {"type": type, "field": name, "compare": compare} | (
        {} if value is None else {"value": value}
    )


def facts(*events: Event, score: float | None = None, **known: Any) -> Facts:
    return Facts("contact_1", Contact.model_validate(ANN | known), score=score, events=events)


def decided(rule: Any, about: Facts, now: datetime = NOW) -> Decision:
    parsed = parsed_rule(rule)
    check_rule(parsed, CUSTOM, set())
    return evaluate(parsed, about, now)


@pytest.mark.parametrize(
    ("rule", "known", "member"),
    [
        (field("country", "equals", "np"), {"country": "NP"}, True),
        (field("country", "one_of", ["IN", "NP"]), {"country": "NP"}, True),
        (field("job_title", "contains", "ingén"), {"job_title": "Chief INGENIEUR"}, True),
        (field("job_title", "begins_with", "chief"), {"job_title": "The chief"}, False),
        (field("first_name", "is_missing"), {}, True),
        (field("zone", "is_known"), {}, False),
        (field("zone", "equals", "UTC"), {"zone": "UTC"}, True),
        (field("size", "between", [1, 5], "custom"), {"custom": {"size": 5}}, True),
        (field("size", "more_than", 5, "custom"), {"custom": {"size": 5}}, False),
        (field("size", "equals", 5, "custom"), {"custom": {"size": "five"}}, False),
        (field("vip", "equals", False, "custom"), {"custom": {"vip": False}}, True),
        (field("vip", "equals", False, "custom"), {}, False),
        (field("likes", "contains", "tea", "custom"), {"custom": {"likes": ["Tea"]}}, True),
        (field("likes", "one_of", ["Coffee"], "custom"), {"custom": {"likes": ["Tea"]}}, False),
        (field("renews", "before", "2025-06-02", "custom"), {"custom": {"renews": "2025-06-01"}}, True),
        (field("renews", "from", "2025-06-02", "custom"), {"custom": {"renews": "2025-06-02"}}, True),
        (field("created_at", "within_last_days", 11), {}, True),
        ({"type": "tag", "tag": "vip"}, {"tags": ["VIP"]}, True),
    ],
)  # fmt: skip
def test_a_value_compares_by_its_type(rule: Any, known: dict[str, Any], member: bool) -> None:
    assert decided(rule, facts(**known)).member is member


NOTHING_KNOWN = [
    field("country", "equals", "NP"),
    field("size", "at_most", 0, "custom"),
    field("vip", "equals", False, "custom"),
    field("renews", "before", "2030-01-01", "custom"),
    {"type": "score", "compare": "at_most", "value": 100},
    {"type": "consent", "purpose": "marketing", "channel": "email"},
    {"type": "last_event", "event": "call", "compare": "more_than_days_ago", "days": 1},
]


@pytest.mark.parametrize("rule", NOTHING_KNOWN, ids=str)
def test_what_is_missing_compares_with_nothing_and_not_turns_that_round(rule: Any) -> None:
    assert decided(rule, facts()).member is False
    assert decided({"type": "not", "of": rule}, facts()).member is True


def test_whoever_has_no_record_is_in_no_segment() -> None:
    rule = parsed_rule({"type": "not", "of": {"type": "tag", "tag": "x"}})

    assert evaluate(rule, Facts("contact_1", None), NOW) == Decision(False)


def test_an_event_counts_until_its_window_is_over() -> None:
    rule = {
        "type": "event",
        "event": "page_viewed",
        "where": {"path": "/pricing*"},
        "times": 2,
        "within_days": 7,
    }
    viewed = [
        Event("page_viewed", NOW - timedelta(days=days), {"path": path})
        for days, path in ((1, "/pricing/eu"), (3, "/pricing"), (6, "/pricing"), (1, "/jobs"))
    ]

    decision = decided(rule, facts(*viewed))

    assert decision.member
    assert decision.changes_at == NOW + timedelta(days=4)
    assert decided(rule, facts(*viewed), NOW + timedelta(days=4)).member is False


def test_what_a_robot_did_does_not_count_unless_asked() -> None:
    opened = Event("email_opened", NOW, {"automatic": "true"})
    rule = {"type": "event", "event": "email_opened", "within_days": 1}

    assert decided(rule, facts(opened)).member is False
    assert decided(rule | {"robots": True}, facts(opened)).member is True


def test_the_last_event_may_be_long_ago_but_not_for_ever() -> None:
    rule = {"type": "last_event", "event": "call", "compare": "more_than_days_ago", "days": 30}
    called = facts(Event("call", NOW))

    assert decided(rule, called).changes_at == NOW + timedelta(days=30)
    later = decided(rule, called, NOW + timedelta(days=30))
    assert (later.member, later.changes_at) == (True, NOW + timedelta(days=730))


def test_because_names_the_conditions_that_decided() -> None:
    rule = {
        "type": "all",
        "of": [
            {"type": "any", "of": [field("country", "equals", "IN"), {"type": "tag", "tag": "VIP"}]},
            {"type": "not", "of": field("job_title", "contains", "student")},
        ],
    }  # fmt: skip

    inside = decided(rule, facts(tags=["VIP"], job_title="Manager"))
    outside = decided(rule, facts(tags=["VIP"], job_title="Student"))

    assert [(one.pointer, one.holds) for one in inside.because] == [
        ("/of/0/of/1", True),
        ("/of/1/of", False),
    ]
    assert [(one.pointer, one.holds) for one in outside.because] == [("/of/1/of", True)]


def test_a_lot_is_the_same_every_time_and_fair() -> None:
    drawn = [lot(f"contact_{number}", "spring") for number in range(4_000)]

    assert drawn == [lot(f"contact_{number}", "spring") for number in range(4_000)]
    assert 380 < sum(one < 10 for one in drawn) < 420 + 20
    assert drawn != [lot(f"contact_{number}", "autumn") for number in range(4_000)]


LEAVES = st.sampled_from(
    [
        field("country", "equals", "NP"),
        field("country", "is_missing"),
        field("created_at", "within_last_days", 20),
        field("created_at", "more_than_days_ago", 15),
        field("renews", "within_next_days", 5, "custom"),
        field("renews", "before", "2025-06-20", "custom"),
        {"type": "tag", "tag": "VIP"},
        {"type": "event", "event": "call", "times": 2, "within_days": 10},
        {"type": "event", "event": "call", "compare": "at_most", "times": 1, "within_days": 20},
        {"type": "event", "event": "call", "compare": "equals", "times": 1, "within_days": 9},
        {"type": "last_event", "event": "call", "compare": "within_last_days", "days": 4},
        {"type": "last_event", "event": "call", "compare": "more_than_days_ago", "days": 12},
    ]
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda of: {"type": "all", "of": of}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda of: {"type": "any", "of": of}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda of: {"type": "not", "of": of}, inner),
    ),
    max_leaves=6,
)
HOURS = st.integers(min_value=0, max_value=40 * 24)
PEOPLE = st.builds(
    lambda calls, country, renews: facts(
        *(Event("call", NOW - timedelta(hours=hours)) for hours in sorted(calls)),
        **({"country": country} if country else {}),
        custom={"renews": renews} if renews else {},
    ),
    st.lists(HOURS, max_size=4),
    st.sampled_from([None, "NP", "IN"]),
    st.sampled_from([None, "2025-06-04", "2025-06-12", "2025-07-01"]),
)


@given(RULES, PEOPLE)
def test_not_and_any_follow_from_each_other_whatever_is_missing(rule: Any, about: Facts) -> None:
    opposite = {"type": "not", "of": rule}

    assert decided(opposite, about).member is not decided(rule, about).member
    assert decided({"type": "all", "of": [rule, opposite]}, about).member is False
    assert decided({"type": "any", "of": [rule, opposite]}, about).member is True


@given(RULES, PEOPLE, st.integers(min_value=1, max_value=60 * 24))
def test_nothing_changes_by_time_before_it_is_said_to(rule: Any, about: Facts, hours: int) -> None:
    first = decided(rule, about)
    later = NOW + timedelta(hours=hours)

    if first.changes_at is None or later < first.changes_at:
        assert decided(rule, about, later).member is first.member
    assert first.changes_at is None or first.changes_at > NOW


@given(RULES)
def test_every_condition_can_be_said(rule: Any) -> None:
    for _, one in conditions(parsed_rule(rule)):
        assert said(one)


def wrong(rule: Any, segments: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    with pytest.raises(Rejected) as refused:
        parsed: Rule = parsed_rule(rule)
        check_rule(parsed, CUSTOM, segments)
    return {one.field: one.code for one in refused.value.fields} or {"": refused.value.code}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"type": "magic"}, {"/rule": "union_tag_invalid"}),
        ({"type": "all", "of": []}, {"/rule/of": "too_short"}),
        ({"type": "not", "of": {"type": "tag"}}, {"/rule/of/tag": "missing"}),
        (
            {"type": "any", "of": [{"type": "tag", "tag": "a", "x": 1}]},
            {"/rule/of/0/x": "extra_forbidden"},
        ),
        (field("shoe", "equals", "9"), {"/rule/field": "unknown_field"}),
        (field("shoe", "equals", "9", "custom"), {"/rule/field": "unknown_field"}),
        (field("country", "at_least", 3), {"/rule/compare": "wrong_comparison"}),
        (field("country", "equals", 3), {"/rule/value": "wrong_type"}),
        (field("country", "is_known", "x"), {"/rule/value": "no_value"}),
        (field("size", "between", [5, 1], "custom"), {"/rule/value": "wrong_type"}),
        (field("size", "equals", True, "custom"), {"/rule/value": "wrong_type"}),
        (field("renews", "before", "soon", "custom"), {"/rule/value": "wrong_type"}),
        (field("renews", "within_last_days", True, "custom"), {"/rule/value": "wrong_type"}),
        ({"type": "event", "event": "sneezed", "within_days": 1}, {"/rule/event": "unknown_event"}),
        (
            {"type": "segment", "segment_id": "segment_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"},
            {"/rule/segment_id": "unknown_segment"},
        ),
        (
            {"type": "random", "from_percent": 5, "below_percent": 5},
            {"/rule/below_percent": "empty_range"},
        ),
    ],
)
def test_a_rule_that_cannot_be_decided_is_refused_with_its_place(
    rule: Any, expected: dict[str, str]
) -> None:
    assert wrong(rule) == expected


def nested(times: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "tag", "tag": "x"}
    for _ in range(times):
        rule = {"type": "not", "of": rule}
    return rule


def test_a_rule_has_bounds() -> None:
    check_rule(parsed_rule(nested(10)), CUSTOM, set())
    assert wrong(nested(11)) == {"": "rule_too_deep"}
    many = {"type": "any", "of": [{"type": "tag", "tag": "x"}] * 25}
    assert wrong({"type": "any", "of": [many] * 5}) == {"": "rule_too_large"}
    texts = [f"{number:03d}{'x' * 190}" for number in range(95)]
    assert wrong(field("country", "one_of", texts)) == {"": "rule_too_large"}


def test_a_circle_is_found_wherever_it_begins() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": [], "d": ["a", "c"]}) is None
    assert circle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c"]
    assert circle({"a": ["a"]}) == ["a"]


def test_the_schema_names_fields_and_events_for_editors() -> None:
    schema = rule_schema()

    assert schema["x-fields"]["country"]["type"] == "text"
    assert "page_viewed" in schema["x-events"]
    assert "Happened" in schema["$defs"]
