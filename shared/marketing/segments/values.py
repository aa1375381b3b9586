"""The fields of contacts that rules know, of which type each is, and comparing values. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from shared.customers.contacts.model import Contact
from shared.customers.custom_fields.model import FieldType
from shared.customers.names import folded
from shared.kernel.clock import parse_instant

from .rule import Compare

Type = Literal["text", "number", "date", "boolean", "set"]

FIELDS: Final[Mapping[str, Type]] = {
    "first_name": "text",
    "last_name": "text",
    "job_title": "text",
    "country": "text",
    "language": "text",
    "zone": "text",
    "preferred_channel": "text",
    "owner_id": "text",
    "source": "text",
    "email": "text",
    "phone": "text",
    "accounts": "set",
    "created_at": "date",
}
"""What rules may say of a contact, beside tags and custom fields. Of several addresses it is the
primary one."""

TYPE_OF: Final[Mapping[FieldType, Type]] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "boolean": "boolean",
    "choice": "text",
    "multi_choice": "set",
    "url": "text",
    "email": "text",
    "phone": "text",
}

COMPARISONS: Final[Mapping[Type, tuple[Compare, ...]]] = {
    "text": ("equals", "one_of", "contains", "begins_with", "ends_with"),
    "number": ("equals", "one_of", "less_than", "at_most", "at_least", "more_than", "between"),
    "date": (
        "before",
        "from",
        "within_last_days",
        "within_next_days",
        "more_than_days_ago",
    ),
    "boolean": ("equals",),
    "set": ("contains", "one_of"),
}
"""Which comparisons a type takes, beside `is_known` and `is_missing`. A set `contains` one value,
or at least `one_of` several."""

_ONLY_SET: Final = ("zone", "language")
"""Have a default, which is not what somebody told us."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

_NUMBERS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "equals": lambda one, other: one == other,
    "less_than": lambda one, other: one < other,
    "at_most": lambda one, other: one <= other,
    "at_least": lambda one, other: one >= other,
    "more_than": lambda one, other: one > other,
}


def field_of(contact: Contact, name: str) -> Any:
    """What is known of a contact under a field's name; `None` for nothing."""
    if name == "accounts":
        return [one.account_id for one in contact.accounts] or None
    if name in _ONLY_SET and name not in contact.model_fields_set:
        return None
    return getattr(contact, name, None) or None


def custom_of(contact: Contact, name: str) -> Any:
    """The value of a custom field; `None` for nothing."""
    value = contact.custom.get(name)
    return None if value in ("", []) else value


def counted(compare: str, one: float, other: float) -> bool:
    """Whether a number compares so with another."""
    return _NUMBERS[compare](one, other)


def compares(value: Any, compare: Compare, other: Any) -> bool:
    """Whether a known `value` compares so with `other`, but for dates (`instant_of`). A value of
    another type than is asked for, left from an older definition, does not."""
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, int | float | Decimal):
        return _numbers(float(value), compare, other)
    if isinstance(value, list | tuple):
        have = {folded(str(one)) for one in value}
        wanted = other if isinstance(other, list | tuple) else (other,)
        return any(folded(str(one)) in have for one in wanted)
    return isinstance(value, str) and _texts(folded(value), compare, other)


def instant_of(value: Any) -> datetime | None:
    """The instant that a date stands for, or the instant a text is; `None` for neither."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2025-06-02"):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        return parse_instant(value)
    except ValueError:
        return None


def dated(
    at: datetime, compare: Compare, other: Any, now: datetime
) -> tuple[bool, datetime | None]:
    """Whether an instant compares so with a date or a number of days, and when that changes by
    time alone (`None`: never)."""
    if compare in ("before", "from"):
        border = instant_of(other)
        assert border is not None, "checked when the rule was written"
        return (at < border) == (compare == "before"), None
    days = float(other)
    match compare:
        case "within_last_days":
            since, until = at, _shifted(at, days)
        case "within_next_days":
            since, until = _shifted(at, -days), at
        case _:
            since, until = _shifted(at, days), _NEVER
    later = [one for one in (since, until) if now < one < _NEVER]
    return since <= now < until, min(later, default=None)


def _shifted(at: datetime, days: float) -> datetime:
    """So many days later, as far as there are years."""
    try:
        return at + timedelta(days=days)
    except OverflowError:
        return _NEVER if days > 0 else datetime.min.replace(tzinfo=UTC)


def _numbers(value: float, compare: Compare, other: Any) -> bool:
    if isinstance(other, list | tuple):
        numbers = [float(one) for one in other if not isinstance(one, str)]
        if compare == "between":
            return numbers[0] <= value <= numbers[1]
        return value in numbers
    if not isinstance(other, int | float) or compare not in _NUMBERS:
        return False
    return counted(compare, value, float(other))


def _texts(value: str, compare: Compare, other: Any) -> bool:
    wanted = [folded(str(one)) for one in (other if isinstance(other, list | tuple) else (other,))]
    match compare:
        case "equals" | "one_of":
            return value in wanted
        case "contains":
            return wanted[0] in value
        case "begins_with":
            return value.startswith(wanted[0])
        case "ends_with":
            return value.endswith(wanted[0])
    return False
