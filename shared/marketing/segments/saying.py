"""Saying a condition in words, without anybody's values. Pure."""

from typing import Any, Final

from .rule import (
    Consented,
    CustomIs,
    FieldIs,
    Happened,
    InSegment,
    LastHappened,
    RandomPart,
    Rule,
    Scored,
    Tagged,
)

_COMPARISONS: Final = {
    "equals": "is {}",
    "one_of": "is one of {}",
    "contains": "contains {}",
    "begins_with": "begins with {}",
    "ends_with": "ends with {}",
    "less_than": "is less than {}",
    "at_most": "is at most {}",
    "at_least": "is at least {}",
    "more_than": "is more than {}",
    "between": "is between {}",
    "before": "is before {}",
    "from": "is on or after {}",
    "within_last_days": "is within the last {} days",
    "within_next_days": "is within the next {} days",
    "more_than_days_ago": "is more than {} days ago",
    "is_known": "is known",
    "is_missing": "is missing",
}


def said(rule: Rule) -> str:
    """The condition in a sentence without a full stop; of a tree, what it is."""
    match rule:
        case FieldIs() | CustomIs():
            name = rule.field.replace("_", " ").capitalize()
            return f"{name} {_COMPARISONS[rule.compare].format(_value(rule.value))}"
        case Tagged():
            return f"Has the tag {rule.tag}"
        case Scored():
            return f"Score {_COMPARISONS[rule.compare].format(_value(rule.value))}"
        case Consented():
            return f"Agreed to {rule.purpose} by {rule.channel}"
        case InSegment():
            return f"Is in the segment {rule.segment_id}"
        case RandomPart():
            return f"Is drawn by lot from {rule.from_percent:g} to {rule.below_percent:g} %"
        case Happened():
            often = _COMPARISONS[rule.compare].format(rule.times).removeprefix("is ")
            return f"{_event(rule)} {often} times within {rule.within_days} days"
        case LastHappened():
            when = _COMPARISONS[rule.compare].format(rule.days)
            return f"{_event(rule)} for the last time {when}"
    return {"all": "All of these", "any": "Any of these"}.get(rule.type, "Not this")


def _event(rule: Happened | LastHappened) -> str:
    name = rule.event.replace("_", " ").capitalize()
    narrowed = ", ".join(f"{key} {value}" for key, value in rule.where.items())
    return f"{name} ({narrowed})" if narrowed else name


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)  # fmt: skip
