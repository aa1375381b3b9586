"""Plain Python values to DynamoDB's typed ones and back."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _types() -> tuple[Any, Any]:
    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

    return TypeSerializer(), TypeDeserializer()


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as DynamoDB takes it. Floats are refused: numbers are `int` or `Decimal`."""
    # Most values are strings and the library's serializer costs ten times this branch.
    serialize = _types()[0].serialize
    return {k: {"S": v} if type(v) is str else serialize(v) for k, v in item.items()}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as plain values; whole numbers become `int`."""
    deserialize = _types()[1].deserialize
    return {k: _whole(deserialize(v)) for k, v in item.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return value
