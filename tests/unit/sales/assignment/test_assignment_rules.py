"""Which rule applies to which lead, and which rules are not rules."""

import pytest
from pydantic import ValidationError

from shared.sales.assignment.rules import AssignmentRules, Rule, Test

VALUES = {"country": "DE", "company": " Himal Bank ", "score": "105.00", "source": ""}


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("country", "is", "de", True),
        ("country", "is", "AT", False),
        ("country", "is_not", "AT", True),
        ("country", "is_not", "de", False),
        ("country", "in", ["AT", "De"], True),
        ("country", "not_in", ["AT", "De"], False),
        ("company", "is", "himal bank", True),
        ("company", "given", None, True),
        ("source", "given", None, False),
        ("source", "missing", None, True),
        ("source", "is", "web", False),
        ("source", "is_not", "web", True),
        ("phone", "not_in", ["1"], True),
        ("score", "at_least", "105", True),
        ("score", "at_least", "105.01", False),
        ("score", "below", "105.01", True),
        ("score", "below", "105", False),
        ("company", "at_least", "1", False),
        ("phone", "below", "1", False),
    ],
)
def test_a_test_holds_or_not(field, op, value, holds):
    assert Test(field=field, op=op, value=value).holds(VALUES) is holds


def test_a_rule_without_tests_applies_to_every_lead():
    assert Rule(id="everyone", team="sales").applies({})


def test_a_rule_applies_when_all_its_tests_hold():
    rule = Rule(
        id="big",
        team="sales",
        when=[
            Test(field="country", op="is", value="DE"),
            Test(field="score", op="at_least", value="200"),
        ],
    )

    assert not rule.applies(VALUES)
    assert rule.applies(VALUES | {"score": "200"})


@pytest.mark.parametrize(
    "test",
    [
        {"field": "country", "op": "in", "value": "DE"},
        {"field": "country", "op": "in", "value": []},
        {"field": "country", "op": "is", "value": ["DE"]},
        {"field": "country", "op": "is"},
        {"field": "country", "op": "given", "value": "DE"},
        {"field": "score", "op": "at_least", "value": "many"},
        {"field": "score", "op": "at_least", "value": "NaN"},
        {"field": "Country!", "op": "given"},
        {"field": "country", "op": "like", "value": "D%"},
    ],
)
def test_a_test_that_makes_no_sense_is_refused(test):
    with pytest.raises(ValidationError):
        Test.model_validate(test)


def test_rules_have_ids_of_their_own():
    with pytest.raises(ValidationError, match="id of its own"):
        AssignmentRules.model_validate({"rules": [{"id": "a", "team": "x"}] * 2})


def test_rules_take_nothing_they_do_not_know():
    with pytest.raises(ValidationError):
        AssignmentRules.model_validate({"rules": [{"id": "a", "team": "x", "startegy": "x"}]})
