"""Whether a rule makes sense: types, bounds, what it names. What is wrong is said with where."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from shared.customers.custom_fields.model import CustomFields
from shared.customers.history.words import DEALINGS, TITLES
from shared.kernel.errors import FieldError, Rejected

from .rule import (
    MAX_BYTES,
    MAX_CONDITIONS,
    MAX_DEPTH,
    CustomIs,
    FieldIs,
    Happened,
    InSegment,
    LastHappened,
    RandomPart,
    Rule,
    conditions,
    depth,
)
from .values import COMPARISONS, FIELDS, TYPE_OF, Type, instant_of

EVENTS: Final = frozenset({*TITLES, *DEALINGS})
"""Every kind of entry of a history."""

MAX_DAYS: Final = 36_500

_UNCOMPARED: Final = ("is_known", "is_missing")
_BY_DAYS: Final = ("within_last_days", "within_next_days", "more_than_days_ago")


def parsed_rule(given: Any, at: str = "/rule") -> Rule:
    """The rule that JSON stands for. Raises `Rejected`, each field a JSON pointer below `at`."""
    try:
        rule: Rule = _adapter().validate_python(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = [f"{at}{_pointer(given, one['loc'])}" for one in found]
        wrong = {
            (place, one["type"]): FieldError(place, one["type"], one["msg"])
            for place, one in zip(places, found, strict=True)
            # Branches that are wrong are said to be missing, too.
            if not any(other.startswith(f"{place}/") for other in places)
        }
        raise Rejected("rule_invalid", fields=wrong.values()) from None
    return rule


def check_rule(
    rule: Rule, custom: CustomFields, segments: Collection[str], at: str = "/rule"
) -> None:
    """Raise `Rejected` unless every condition can be decided: `segments` are those it may name."""
    if len(_adapter().dump_json(rule)) > MAX_BYTES:
        raise Rejected("rule_too_large", f"A rule takes up to {MAX_BYTES // 1024} KB")
    found = list(conditions(rule))
    if len(found) > MAX_CONDITIONS:
        raise Rejected("rule_too_large", f"A rule has up to {MAX_CONDITIONS} conditions")
    if max(depth(pointer) for pointer, _ in found) > MAX_DEPTH:
        raise Rejected("rule_too_deep", f"Conditions nest up to {MAX_DEPTH} deep")
    wrong = [
        FieldError(f"{at}{pointer}{place}", code, message)
        for pointer, one in found
        for place, code, message in _wrong(one, custom, segments)
    ]
    if wrong:
        raise Rejected("rule_invalid", fields=wrong)


def rule_schema() -> dict[str, Any]:
    """The JSON schema of rules, with the fields and events they may name, for editors."""
    return {
        **_adapter().json_schema(),
        "x-fields": {
            name: {"type": kind, "compare": COMPARISONS[kind]} for name, kind in FIELDS.items()
        },
        "x-events": sorted(EVENTS),
    }


def circle(rules: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Some segments of which each names the next and the last the first; `None` when there are
    none. `rules` are the segments that each names."""
    done: set[str] = set()
    for start in rules:
        way: list[str] = []
        if found := _circle_from(start, rules, way, done):
            return found
    return None


def _circle_from(
    one: str, rules: Mapping[str, Iterable[str]], way: list[str], done: set[str]
) -> list[str] | None:
    if one in way:
        return way[way.index(one) :]
    if one in done:
        return None
    way.append(one)
    for named in rules.get(one, ()):
        if found := _circle_from(named, rules, way, done):
            return found
    way.pop()
    done.add(one)
    return None


Wrong = tuple[str, str, str]
"""Where below a condition, a stable code, and words."""


def _wrong(rule: Rule, custom: CustomFields, segments: Collection[str]) -> list[Wrong]:
    match rule:
        case FieldIs():
            if rule.field not in FIELDS:
                return [("/field", "unknown_field", "Contacts have no such field")]
            return _compared(rule, FIELDS[rule.field])
        case CustomIs():
            field = custom.named().get(rule.field)
            if field is None:
                return [("/field", "unknown_field", "There is no such custom field")]
            return _compared(rule, TYPE_OF[field.type])
        case Happened() | LastHappened() if rule.event not in EVENTS:
            return [("/event", "unknown_event", "Histories have no such entries")]
        case InSegment() if rule.segment_id not in segments:
            return [("/segment_id", "unknown_segment", "There is no such segment")]
        case RandomPart() if rule.from_percent >= rule.below_percent:
            return [("/below_percent", "empty_range", "Nobody is in this part")]
    return []


def _compared(rule: FieldIs | CustomIs, kind: Type) -> list[Wrong]:
    if rule.compare in _UNCOMPARED:
        given = rule.value is not None
        return [("/value", "no_value", "This comparison takes no value")] if given else []
    if rule.compare not in COMPARISONS[kind]:
        message = f"A {kind} compares by {', '.join(COMPARISONS[kind])}, is_known or is_missing"
        return [("/compare", "wrong_comparison", message)]
    misfit = _misfit(rule, kind)
    return [("/value", "wrong_type", misfit)] if misfit else []


def _misfit(rule: FieldIs | CustomIs, kind: Type) -> str | None:
    """What is wrong with the value of a comparison."""
    value = rule.value
    if rule.compare in ("one_of", "between"):
        if not isinstance(value, tuple) or not value:
            return "This takes a list of values"
        wanted: type | tuple[type, ...] = (int, float) if kind == "number" else str
        if not all(isinstance(one, wanted) for one in value):
            return f"These are {'numbers' if kind == 'number' else 'texts'}"
        if rule.compare == "between" and (len(value) != 2 or list(value) != sorted(value)):
            return "This takes the lower and the upper end"
        return None
    if rule.compare in _BY_DAYS:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        days = float(value) if number else 0.0  # type: ignore[arg-type]
        return None if 0 < days <= MAX_DAYS else "This takes a number of days"
    match kind:
        case "date":
            return None if instant_of(value) else "This takes a date such as 2025-06-02"
        case "boolean":
            return None if isinstance(value, bool) else "This takes true or false"
        case "number":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return None if fits else "This takes a number"
    return None if isinstance(value, str) else "This takes a text"


def _pointer(given: Any, place: Iterable[Any]) -> str:
    """The JSON pointer of what pydantic names, which also names the type of each condition."""
    pointer, typed = "", False
    for part in place:
        if isinstance(given, dict) and not typed and part == given.get("type"):
            typed = True
            continue
        if isinstance(given, dict):
            given, typed = given.get(part), False
        elif isinstance(given, list) and isinstance(part, int):
            given, typed = given[part] if part < len(given) else None, False
        else:
            break  # below a value: which of several types it was tried as
        pointer += f"/{str(part).replace('~', '~0').replace('/', '~1')}"
    return pointer


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Rule]:
    return TypeAdapter(Rule)
