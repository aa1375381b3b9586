"""What another rule set would change, rule by rule."""

from shared.sales.scoring.comparison import rule_changes
from shared.sales.scoring.rules import RuleSet

from .cases import SEEDED


def a_set(**changes: object) -> RuleSet:
    return RuleSet.model_validate(SEEDED | changes)


def told(before: RuleSet | None, after: RuleSet) -> list[tuple[str, str, str, list[str]]]:
    return [
        (one.part, one.kind, one.title, [field.path for field in one.fields])
        for one in rule_changes(before, after)
    ]


def test_the_same_rules_in_another_order_and_writing_change_nothing() -> None:
    first, second = SEEDED["behaviour"]
    again = [second, first | {"points": "10.00"}]

    assert told(a_set(), a_set(behaviour=again, threshold="100.00")) == []


def test_rules_are_added_removed_and_changed() -> None:
    first, second = SEEDED["behaviour"]
    new = second | {"id": "clicked", "label": "Clicked"}

    changes = told(a_set(), a_set(threshold="90", behaviour=[first | {"points": "12"}, new]))

    assert changes == [
        ("threshold", "changed", "Points a lead needs", ["threshold"]),
        ("behaviour", "changed", first["label"], ["points"]),
        ("behaviour", "added", "Clicked", []),
        ("behaviour", "removed", second["label"], []),
    ]


def test_beside_nothing_everything_is_new() -> None:
    assert {kind for _, kind, _, _ in told(None, a_set())} == {"added"}
