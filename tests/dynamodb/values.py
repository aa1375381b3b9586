"""DynamoDB's typed values (`{"S": "text"}`), in the one form in which equal ones are equal.

Sources: "Supported data types and naming rules in Amazon DynamoDB" and "Service, account, and
table quotas", Amazon DynamoDB Developer Guide.
"""

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

Value = dict[str, Any]
Item = dict[str, Value]

MAX_DIGITS: Final = 38
MAX_ITEM_BYTES: Final = 400 * 1024


class Refused(Exception):
    """DynamoDB answers with an error `code`; `more` are further members of the answer."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.more = more


def invalid(message: str) -> Refused:
    """The request itself is wrong."""
    return Refused("ValidationException", message)


def item_of(given: Mapping[str, Any]) -> Item:
    """An item as it is stored. Raises `Refused` when DynamoDB would not take it."""
    return {name: value_of(value) for name, value in given.items()}


def value_of(given: Mapping[str, Any]) -> Value:
    """A value as it is stored: numbers in one notation, sets in one order."""
    if len(given) != 1:
        raise invalid("Supplied AttributeValue must contain exactly one of the supported datatypes")
    ((kind, raw),) = given.items()
    match kind:
        case "S" | "BOOL":
            return {kind: raw}
        case "N":
            return {"N": _number(raw)}
        case "NULL":
            if raw is not True:
                raise invalid("Null attribute value types must have the value of true")
            return {"NULL": True}
        case "B":
            return {"B": _binary(raw)}
        case "M":
            return {"M": item_of(raw)}
        case "L":
            return {"L": [value_of(one) for one in raw]}
        case "SS":
            return {"SS": _set(raw)}
        case "NS":
            return {"NS": _set([_number(one) for one in raw])}
        case "BS":
            return {"BS": _set([_binary(one) for one in raw])}
    raise invalid(f"Supplied AttributeValue has an unknown type {kind}")


def ordered(value: Value) -> Any:
    """What values of one type are ordered by; `None` for a type without an order."""
    ((kind, raw),) = value.items()
    match kind:
        case "S":
            return raw  # by code point, which is the order of the bytes too
        case "N":
            return Decimal(raw)
        case "B":
            return base64.b64decode(raw)
    return None


def size(item: Item) -> int:
    """How many bytes an item counts."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Value) -> int:
    ((kind, raw),) = value.items()
    match kind:
        case "S":
            return len(raw) if raw.isascii() else len(raw.encode())
        case "N":
            return len(raw.lstrip("-").replace(".", "").strip("0")) // 2 + 2
        case "B":
            return len(raw) * 3 // 4
        case "M":
            return 3 + len(raw) + size(raw)
        case "L":
            return 3 + len(raw) + sum(map(_size, raw))
        case "SS" | "NS" | "BS":
            return sum(_size({kind[0]: one}) for one in raw)
    return 1


@lru_cache(maxsize=4096)
def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError) as bad:
        raise invalid("The parameter cannot be converted to a numeric value") from bad
    if not number.is_finite():
        raise invalid("The parameter cannot be converted to a numeric value")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    return f"{number.normalize():f}" if number else "0"


def _binary(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as bad:
        raise Refused("SerializationException", "Base64 encoded length is unexpected") from bad
    return text


def _set(members: list[str]) -> list[str]:
    if not members:
        raise invalid("One or more parameter values were invalid: a set may not be empty")
    if len(set(members)) != len(members):
        raise invalid("One or more parameter values were invalid: a set contains duplicates")
    return sorted(members)
