"""Plain Python values to DynamoDB's typed ones, as they travel in JSON, and back.

boto3 has the same in `boto3.dynamodb.types`, whose import pulls in the S3 transfer manager and
`asyncio`: 45 ms of every cold start for these forty lines.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

MAX_DIGITS: Final = 38
"""DynamoDB keeps numbers of up to 38 significant digits."""


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as DynamoDB takes it.

    Takes str, int, Decimal, bool, bytes, None, sequences, mappings and sets of str. Floats are
    refused with `TypeError`: they are not exact.
    """
    return {name: _encoded(value) for name, value in item.items()}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as plain values: whole numbers become `int`, others `Decimal`."""
    # Most values are text, which is a third faster seen at once.
    return {name: value["S"] if "S" in value else _decoded(value) for name, value in item.items()}


def _encoded(value: Any) -> dict[str, Any]:
    # Most values are text, and asking for the very class is a tenth of what a pattern costs.
    if value.__class__ is str:
        return {"S": value}
    match value:
        case str():
            # `str(…)` makes plain text of a StrEnum member.
            return {"S": str(value)}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": _number(value)}
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": b64encode(value).decode()}
        case list() | tuple():
            return {"L": [_encoded(one) for one in value]}
        case Mapping():
            return {"M": encode(value)}
        case set() | frozenset() if value and all(isinstance(one, str) for one in value):
            return {"SS": sorted(value)}
    raise TypeError(f"DynamoDB does not store {type(value).__name__}")


def _number(value: int | Decimal) -> str:
    number = Decimal(value)
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS:
        raise TypeError(f"a number is finite and has at most {MAX_DIGITS} digits")
    return str(value)


def _decoded(value: Mapping[str, Any]) -> Any:
    ((kind, raw),) = value.items()
    match kind:
        case "S" | "BOOL":
            return raw
        case "N":
            if raw.isdecimal():
                return int(raw)
            number = Decimal(raw)
            return int(number) if number == number.to_integral_value() else number
        case "NULL":
            return None
        case "B":
            return b64decode(raw)
        case "M":
            return decode(raw)
        case "L":
            return [_decoded(one) for one in raw]
        case "SS":
            return set(raw)
    raise TypeError(f"unknown DynamoDB type {kind}")
