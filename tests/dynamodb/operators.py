"""What operators and functions of expressions make of values."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from tests.dynamodb.values import Value, invalid, ordered, value_of


def compared(word: str, left: Value | None, right: Value | None) -> bool:
    """Whether two values compare so; values of different types do not."""
    if word == "=":
        return left is not None and left == right
    if word == "<>":
        return left != right
    if left is None or right is None or left.keys() != right.keys():
        return False
    one, other = ordered(left), ordered(right)
    if one is None:
        raise invalid(f"Incorrect operand type for operator or function; operator: {word}")
    match word:
        case "<":
            return bool(one < other)
        case "<=":
            return bool(one <= other)
        case ">":
            return bool(one > other)
    return bool(one >= other)


def begins(value: Value | None, start: Value | None) -> bool:
    """Whether a value begins with another."""
    if value is None or start is None or value.keys() != start.keys():
        return False
    return bool(ordered(value).startswith(ordered(start)))


def contains(value: Value | None, part: Value | None) -> bool:
    """Whether a text, list or set contains another value."""
    if value is None or part is None:
        return False
    ((kind, raw),) = value.items()
    ((part_kind, part_raw),) = part.items()
    if kind == "L":
        return part in raw
    if kind in ("SS", "NS", "BS"):
        return kind[0] == part_kind and part_raw in raw
    return kind == part_kind == "S" and part_raw in raw


def is_type(value: Value | None, kind: Value | None) -> bool:
    """Whether a value is of the type a text names."""
    return value is not None and kind is not None and next(iter(value)) == kind.get("S")


FUNCTIONS: Final[dict[str, Callable[[Value | None, Value | None], bool]]] = {
    "attribute_exists": lambda *_: False,
    "attribute_not_exists": lambda *_: False,
    "attribute_type": is_type,
    "begins_with": begins,
    "contains": contains,
}
"""The functions of conditions; the first two are about paths and not looked up here."""


def length(value: Value | None) -> Value | None:
    """How long a value is; `None` for what has no length."""
    if value is None:
        return None
    ((kind, raw),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    return {"N": str(len(ordered(value) if kind in ("S", "B") else raw))}


def there(value: Value | None) -> Value:
    """A value that must be there. Raises `Refused`."""
    if value is None:
        raise invalid(
            "The provided expression refers to an attribute that does not exist in the item"
        )
    return value


def added(left: Value, right: Value, sign: int = 1) -> Value:
    """The sum of two numbers, or their difference. Raises `Refused`."""
    if not left.keys() == right.keys() == {"N"}:
        raise invalid("An operand in the update expression has an incorrect data type")
    return value_of({"N": str(Decimal(left["N"]) + sign * Decimal(right["N"]))})


def appended(left: Value, right: Value) -> Value:
    """One list after another. Raises `Refused`."""
    if not left.keys() == right.keys() == {"L"}:
        raise invalid("An operand in the update expression has an incorrect data type")
    return {"L": [*left["L"], *right["L"]]}
