"""Which rules are taken, and what they match."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.sales.scoring.matching import profile_points, rules_met
from shared.sales.scoring.rules import RuleSet, problems
from tests.unit.sales.scoring.cases import SEEDED, email_open, page_view, pricing_rule, rules


def profile_rule(**changes: Any) -> RuleSet:
    return rules(profile=[SEEDED["profile"][0] | changes])


def test_the_seeded_rules_are_the_classic_ones() -> None:
    value = rules()

    given = {rule.id: rule.points for rule in (*value.behaviour, *value.profile)}
    assert given == {"pricing_page": 10, "email_opened": 5, "manager": 25}
    assert value.threshold == 100
    assert problems(value) == []


@pytest.mark.parametrize(
    "title", ["Manager", "Sales Manager", "sales MANAGER, EMEA", "Co-manager", "(Manager)"]
)
def test_manager_matches_as_a_whole_word_in_any_case(title: str) -> None:
    assert profile_points(rules(), {"job_title": title}) == {"manager": 25}


@pytest.mark.parametrize("title", ["Management", "Managers", "Submanager", "manager2", ""])
def test_manager_does_not_match_inside_another_word(title: str) -> None:
    assert profile_points(rules(), {"job_title": title}) == {}


@pytest.mark.parametrize(
    ("rule", "facts", "holds"),
    [
        ({"op": "equals", "value": "np"}, {"job_title": " NP "}, True),
        ({"op": "equals", "value": "np"}, {"job_title": "npr"}, False),
        ({"op": "in", "value": None, "values": ["CEO", "CTO"]}, {"job_title": "cto"}, True),
        ({"op": "in", "value": None, "values": ["CEO"]}, {}, False),
        ({"op": "exists", "value": None}, {"job_title": "x"}, True),
        ({"op": "exists", "value": None}, {"job_title": " "}, False),
        ({"op": "missing", "value": None}, {}, True),
        ({"op": "contains_word", "value": "C++ (lead)"}, {"job_title": "a C++ (Lead)"}, True),
    ],
)
def test_a_profile_rule_holds_for_the_facts_it_describes(
    rule: dict[str, Any], facts: dict[str, str], holds: bool
) -> None:
    assert bool(profile_points(profile_rule(**rule), facts)) is holds


@pytest.mark.parametrize(
    ("path", "meets"),
    [
        ("/pricing", True),
        ("/Pricing", True),
        ("/pricing/", True),
        ("/en/pricing.html", True),
        ("/pricing-history", False),
        ("/", False),
        (None, False),
    ],
)
def test_the_pricing_page_is_known_by_its_path(path: str | None, meets: bool) -> None:
    assert bool(rules_met(rules(), page_view(1, path=path))) is meets


def test_a_rule_may_ask_for_an_object_and_properties() -> None:
    value = pricing_rule(match={"object_id": "plan-*", "properties": {"campaign": "spring*"}})

    assert rules_met(value, page_view(1, object_id="plan-a", properties={"campaign": "Spring-25"}))
    assert not rules_met(value, page_view(1, object_id="plan-a"))
    assert not rules_met(value, page_view(1, properties={"campaign": "spring"}))


@pytest.mark.parametrize(
    "claim",
    [
        email_open(1, source="public"),
        email_open(1, human=False),
        page_view(1, human=False),
        page_view(1, subject_id="lead_00000000000000000000000001"),
    ],
)
def test_what_nobody_vouches_for_or_no_person_did_meets_no_rule(claim: Any) -> None:
    assert rules_met(rules(), claim) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"threshold": "0"}, "threshold"),
        ({"threshold": "NaN"}, "threshold"),
        ({"groups": [{"id": "Fit!", "side": "fit"}]}, "groups.0.id"),
        ({"behaviour": [SEEDED["behaviour"][0] | {"points": "1.234"}]}, "behaviour.0.points"),
        ({"behaviour": [SEEDED["behaviour"][0] | {"points": "lots"}]}, "behaviour.0.points"),
        (
            {"behaviour": [SEEDED["behaviour"][0] | {"half_life_days": 0}]},
            "behaviour.0.half_life_days",
        ),
        (
            {"behaviour": [SEEDED["behaviour"][0] | {"limits": {"per_week": 1}}]},
            "behaviour.0.limits.per_week",
        ),
        ({"profile": [SEEDED["profile"][0] | {"op": "sounds_like"}]}, "profile.0.op"),
        ({"bonus": []}, "bonus"),
    ],
)
def test_a_malformed_rule_set_is_refused_with_the_place(
    changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        rules(**changes)

    assert place in [".".join(map(str, one["loc"])) for one in refused.value.errors()]


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        (
            {"behaviour": [SEEDED["behaviour"][0] | {"group": "x"}]},
            "behaviour.0.group",
            "unknown_group",
        ),
        (
            {"behaviour": [SEEDED["behaviour"][0] | {"group": "fit"}]},
            "behaviour.0.group",
            "wrong_side",
        ),
        (
            {"profile": [SEEDED["profile"][0] | {"group": "engagement"}]},
            "profile.0.group",
            "wrong_side",
        ),
        ({"behaviour": SEEDED["behaviour"][:1] * 2}, "behaviour.1.id", "repeated"),
        ({"groups": SEEDED["groups"] + SEEDED["groups"][:1]}, "groups.2.id", "repeated"),
        (
            {"profile": [SEEDED["profile"][0] | {"id": "pricing_page"}]},
            "profile.0.id",
            "repeated",
        ),
        ({"profile": [SEEDED["profile"][0] | {"value": None}]}, "profile.0.value", "missing"),
        ({"profile": [SEEDED["profile"][0] | {"op": "exists"}]}, "profile.0.value", "not_taken"),
        ({"profile": [SEEDED["profile"][0] | {"op": "in"}]}, "profile.0.values", "missing"),
    ],
)
def test_rules_that_do_not_fit_together_are_refused_with_the_place(
    changes: dict[str, Any], place: str, code: str
) -> None:
    found = problems(rules(**changes))

    assert (f"rules.{place}", code) in [(one.field, one.code) for one in found]
