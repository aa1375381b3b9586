"""Values as DynamoDB takes them and back: the same as boto3's own, in a fraction of the time."""

import json
from base64 import b64decode, b64encode
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from shared.platform.codec import decode, encode

numbers = st.integers(-(10**37), 10**37) | st.decimals(
    -(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False
)
scalars = st.none() | st.booleans() | st.text(max_size=20) | numbers | st.binary(max_size=20)
values = st.recursive(
    scalars | st.sets(st.text(max_size=5), min_size=1, max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
items = st.dictionaries(st.text(max_size=10), values, max_size=6)


@given(items)
def test_an_item_comes_back_as_it_was(item: dict[str, Any]) -> None:
    assert decode(encode(item)) == item


@given(items)
def test_an_item_is_encoded_so_that_boto3_reads_the_same(item: dict[str, Any]) -> None:
    read = {
        name: TypeDeserializer().deserialize(_raw(value)) for name, value in encode(item).items()
    }
    written = {name: TypeSerializer().serialize(value) for name, value in read.items()}

    assert decode(json.loads(json.dumps(written, default=_in_base_64))) == item


def _raw(value: Any) -> Any:
    """With the bytes that boto3 makes of JSON's text."""
    ((kind, inner),) = value.items()
    match kind:
        case "B":
            return {"B": b64decode(inner)}
        case "L":
            return {"L": [_raw(one) for one in inner]}
        case "M":
            return {"M": {name: _raw(one) for name, one in inner.items()}}
    return value


def _in_base_64(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return b64encode(bytes(value)).decode()


def test_whole_numbers_come_back_as_int() -> None:
    found = decode({"a": {"N": "3"}, "b": {"N": "3.0"}, "c": {"N": "1E+2"}, "d": {"N": "0.5"}})

    assert found == {"a": 3, "b": 3, "c": 100, "d": Decimal("0.5")}
    assert [type(value) for value in found.values()] == [int, int, int, Decimal]


def test_a_member_of_an_enumeration_is_stored_as_its_text() -> None:
    class State(StrEnum):
        NEW = "new"

    ((_, text),) = encode({"state": State.NEW})["state"].items()

    assert (text, type(text)) == ("new", str)


@pytest.mark.parametrize(
    "value", [0.1, float("nan"), Decimal("NaN"), Decimal("Infinity"), 10**38, object(), set(), {1}]
)
def test_what_cannot_be_stored_exactly_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        encode({"a": value})
