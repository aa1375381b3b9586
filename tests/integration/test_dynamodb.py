"""The tables in memory answer as the real DynamoDB Local does, over requests made at random.

What this product asks, and what it would ask by mistake: conditions of every kind, wrong types,
unused words, keys that are none.
"""

import json
import random
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from shared.sales.tables import SALES
from tests import kept_clients
from tests.cloud import client, create_table, memory, table_name
from tests.dynamodb_local import fresh_account
from tests.pump import stream_of

TABLE: Final = table_name(SALES)
REQUESTS: Final = 250
COUNTED: Final = {"ReturnConsumedCapacity": "INDEXES"}

Request = tuple[str, dict[str, Any]]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Both:
    """Clients of the tables in memory and of the same tables in DynamoDB Local."""

    memory: Any
    real: Any
    streams: Any


@pytest.fixture
def both(tables: None, endpoint_of: Callable[[str], str]) -> Both:
    """See `Both`."""
    make, known = partial(Session.create_client, kept_clients.session()), fresh_account()
    where = {"aws_access_key_id": known, "aws_secret_access_key": "testing"}
    where["endpoint_url"] = endpoint_of("dynamodb_local")
    real = make("dynamodb", **where)
    create_table(real, SALES)
    return Both(client("dynamodb"), real, make("dynamodbstreams", **where))


class Asking:
    """Makes up requests."""

    def __init__(self, seed: int) -> None:
        self.any = random.Random(seed)

    def some(self, *given: Any) -> Any:
        return self.any.choice(given)

    def key(self) -> dict[str, Any]:
        return {"pk": {"S": self.some("A", "A", "B")}, "sk": {"S": self.some("1", "12", "2", "3")}}

    def odd_key(self) -> dict[str, Any]:
        return self.some(
            {"pk": {"S": "A"}},
            {**self.key(), "more": {"S": "x"}},
            {"pk": {"S": ""}, "sk": {"S": "1"}},
            {"pk": {"N": "1"}, "sk": {"S": "1"}},
        )

    def number(self) -> dict[str, str]:
        return {"N": self.some("0", "1", "1.50", "-2", "10", "1e3", "0.001")}

    def whole(self) -> dict[str, str]:
        # Inside of lists and maps DynamoDB Local keeps numbers as they were written.
        return {"N": self.some("0", "1", "-2")}

    def value(self) -> dict[str, Any]:
        return self.some(
            self.number(),
            self.number(),
            {"S": self.some("", "a", "ab", "b", "Ü")},
            {"BOOL": self.some(True, False)},
            {"NULL": True},
            {"SS": self.some(["a"], ["b", "a"], ["a", "b", "c"])},
            {"L": [self.whole(), {"S": "x"}]},
            {"M": {"at": {"S": self.some("1", "2")}, "deep": {"M": {"n": self.whole()}}}},
            {"B": self.some(b"\0", b"ab")},
        )

    def odd_value(self) -> dict[str, Any]:
        return self.some({"SS": []}, {"SS": ["a", "a"]}, {"N": "x"}, {"N": "1" * 39}, {"N": ""})

    def item(self) -> dict[str, Any]:
        names = self.any.sample(("a", "b", "n", "set", "list", "map"), self.some(0, 1, 3))
        item = {**self.key(), **{name: self.value() for name in names}}
        if self.any.random() < 0.2:
            item["long"] = {"S": "x" * self.some(900, 2_000, 5_000)}
        if self.some(True, False):
            # Where sort keys of an index are alike, their order is anybody's.
            item["state_sk"] = {"S": item["sk"]["S"] + item["pk"]["S"]}
            item |= {"state_pk": {"S": self.some("new", "old")}, "score": self.number()}
        return item

    def condition(self) -> dict[str, Any]:
        """A condition and its words, right or wrong."""
        text = self.some(
            "attribute_exists(#a)",
            "attribute_not_exists(#a)",
            "NOT attribute_exists(#a)",
            "#a = :v",
            "#a <> :v",
            "#a < :v",
            "#a <= :v",
            "#a > :v",
            "#a >= :v",
            ":v = #a",
            "#a = #b",
            "#a IN (:v, :w)",
            "#a BETWEEN :n AND :m",
            "begins_with(#a, :s)",
            "contains(#a, :s)",
            "attribute_type(#a, :t)",
            "size(#a) > :n",
            "#a.#at = :v",
            "#a[0] = :v",
            "attribute_not_exists(#a) OR #a < :v",
            "attribute_exists(#a) AND #a = :v AND #b = :w",
            "attribute_exists(#a) AND (attribute_not_exists(#b) OR #b <= :w)",
            "#a = :v OR #a = :w AND #b = :v",
            "(#a = :v OR #a = :w) AND #b = :v",
            "NOT #a = :v AND attribute_exists(#b)",
            "#a == :v",
            "#a = ",
            "(#a = :v",
        )  # fmt: skip
        return {"ConditionExpression": text}

    def update(self) -> str:
        return str(
            self.some(
                "SET #a = :v",
                "SET #a = :v, #b = :w",
                "SET #a = if_not_exists(#a, :v)",
                "SET #a = #b",
                "SET #a = #a + :n",
                "SET #a = if_not_exists(#a, :n) - :m",
                "SET #a = list_append(#a, :l)",
                "SET #a.#at = :v",
                "SET #a[0] = :v",
                "SET #a = :v REMOVE #b",
                "REMOVE #a",
                "REMOVE #a, #b ADD #n :n",
                "REMOVE #a.#at",
                "REMOVE #a[0]",
                "ADD #a :n",
                "ADD #a :set",
                "ADD #a :v",
                "DELETE #a :set",
                "SET #a = :v, #a = :w",
                "SET #a = :v SET #b = :w",
                "SET #pk = :v",
                "SET #a :v",
            )
        )

    def words(self, *texts: str) -> dict[str, Any]:
        """What the words of some expressions stand for; now and then one too many or too few."""
        used = " ".join(texts)
        attributes = {"#a": self.some("a", "n", "set", "list", "map"), "#b": "b", "#n": "n"}
        attributes |= {"#at": "at", "#pk": "pk", "#sk": "sk"}
        values = {
            ":v": self.value(), ":w": self.value(), ":n": self.number(), ":m": self.number(),
            ":s": {"S": self.some("a", "b")}, ":set": {"SS": ["a", "z"]}, ":l": {"L": [self.whole()]},
            ":t": {"S": self.some("S", "N", "SS")},
        }  # fmt: skip
        names = {name: one for name, one in attributes.items() if _says(used, name)}
        given = {name: one for name, one in values.items() if _says(used, name)}
        if given and self.any.random() < 0.04:
            given[next(iter(given))] = self.odd_value()
        if self.any.random() < 0.03:
            names["#unused"] = "x"
        if given and self.any.random() < 0.03:
            given.popitem()
        words = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": given}
        return {name: one for name, one in words.items() if one}

    def write(self) -> Request:
        """One write with or without a condition."""
        kind = self.some("Put", "Put", "Update", "Update", "Update", "Delete")
        asked: dict[str, Any] = {"TableName": TABLE}
        if self.some(True, False):
            asked |= self.condition() | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        odd = self.any.random() < 0.05
        if kind == "Put":
            asked["Item"] = self.item() | ({"a": self.odd_value()} if odd else {})
        else:
            asked["Key"] = self.odd_key() if odd else self.key()
        if kind == "Update":
            asked["UpdateExpression"] = self.update()
        texts = (asked.get("ConditionExpression", ""), asked.get("UpdateExpression", ""))
        return kind, asked | self.words(*texts)

    def transaction(self) -> dict[str, Any]:
        parts = [self.write() for _ in range(self.some(1, 2, 3))]
        if self.some(True, False):
            check = {"TableName": TABLE, "Key": self.key(), **self.condition()}
            check |= self.words(check["ConditionExpression"])
            parts.append(("ConditionCheck", check))
        # Two parts about one item are refused by DynamoDB, but not by DynamoDB Local.
        apart = {repr(_key_of(asked)): (kind, asked) for kind, asked in parts}
        return {"TransactItems": [{kind: asked} for kind, asked in apart.values()]}

    def query(self) -> dict[str, Any]:
        index = self.some(None, None, "by_state")
        pk, sk = ("state_pk", "state_sk") if index else ("pk", "sk")
        more = self.some(
            "", " AND begins_with(#sk, :x)", " AND #sk BETWEEN :x AND :y", " AND #sk < :x",
            " AND #sk > :x", " AND #sk <= :x", " AND #sk >= :x", " AND #sk = :x",
        )  # fmt: skip
        values = {
            ":pk": {"S": self.some("new", "old") if index else self.some("A", "B")},
            ":x": {"S": self.some("1", "2")},
            ":y": {"S": self.some("2", "3")},
        }
        asked: dict[str, Any] = {
            "TableName": TABLE,
            "KeyConditionExpression": "#pk = :pk" + more,
            "ExpressionAttributeNames": {"#pk": pk} | ({"#sk": sk} if more else {}),
            "ExpressionAttributeValues": {
                name: one for name, one in values.items() if _says("#pk = :pk" + more, name)
            },
            "ScanIndexForward": self.some(True, False),
            "ConsistentRead": self.any.random() < 0.1,
        }
        if index:
            asked["IndexName"] = index
        if self.some(True, False):
            asked["Limit"] = self.some(1, 2, 3)
        return asked

    def request(self) -> Request:
        """Any request."""
        kind = self.some("write", "write", "write", "transaction", "transaction", "read")
        if kind == "write":
            name, asked = self.write()
            return f"{name.lower()}_item", asked | COUNTED
        if kind == "transaction":
            return "transact_write_items", self.transaction()
        keys = [self.key() for _ in range(self.some(1, 2, 3))]
        return self.some(
            ("get_item", {"TableName": TABLE, "Key": self.key()} | COUNTED),
            ("get_item", {"TableName": TABLE, "Key": self.odd_key()}),
            ("batch_get_item", {"RequestItems": {TABLE: {"Keys": keys}}}),
            ("query", self.query()),
            ("query", self.query()),
            ("query", self.query()),
        )


def _key_of(asked: dict[str, Any]) -> Any:
    given = asked.get("Item") or asked["Key"]
    return [given.get(name) for name in ("pk", "sk")]


def _says(text: str, word: str) -> bool:
    return any(word == found.strip("(),[]") for found in text.replace(".", " ").replace(")", ") ").replace("(", " ").replace("[", " ").split())  # fmt: skip


def answered(asked_of: Any, request: Request) -> Answer:
    """What came of a request: what it found, or why it was refused."""
    name, asked = request
    try:
        answer = getattr(asked_of, name)(**asked)
        while "LastEvaluatedKey" in answer:  # which may be there, or not, when nothing follows
            read = answer["Items"]
            answer = asked_of.query(**asked, ExclusiveStartKey=answer["LastEvaluatedKey"])
            answer["Items"] = read + answer["Items"]
    except ClientError as error:
        told = error.response
        reasons = [
            (one["Code"], _in_order(one.get("Item"))) for one in told.get("CancellationReasons", ())
        ]
        if "ValidationError" in dict(reasons):
            # DynamoDB Local has two ways of saying that a transaction is wrong in itself.
            return {"refused": "ValidationException", "item": None, "reasons": []}
        return {
            "refused": told["Error"]["Code"],
            "item": _in_order(told.get("Item")),
            "reasons": reasons,
        }
    found = {name: _in_order(answer.get(name)) for name in ("Item", "Items", "Responses")}
    return found | {"consumed": _consumed(answer, request)}


def _consumed(answer: dict[str, Any], request: Request) -> dict[str, float]:
    """The units of the table and of each index; of a read that found nothing DynamoDB Local says
    that it was for nothing, which it is not in AWS."""
    if "ConsumedCapacity" not in answer or (request[0] == "get_item" and "Item" not in answer):
        return {}
    told = answer["ConsumedCapacity"]
    indexes = told.get("GlobalSecondaryIndexes", {})
    return {
        "table": told["Table"]["CapacityUnits"],
        **{name: one["CapacityUnits"] for name, one in indexes.items() if one["CapacityUnits"]},
    }


def _in_order(found: Any) -> Any:
    """Sets and the answers of a batch have no order, and numbers are written in many ways."""
    if isinstance(found, dict) and list(found) == ["N"]:
        return {"N": str(Decimal(found["N"]).normalize() + 0)}
    if isinstance(found, dict):
        return {
            name: sorted(map(_in_order, one), key=_sorted)
            if name in ("SS", TABLE)
            else _in_order(one)
            for name, one in found.items()
        }
    return [_in_order(one) for one in found] if isinstance(found, list) else found


def _sorted(found: Any) -> str:
    return json.dumps(found, sort_keys=True, default=repr)


@pytest.mark.parametrize("seed", range(3))
def test_the_tables_in_memory_answer_as_the_real_ones(seed: int, both: Both) -> None:
    asking = Asking(seed)
    refused = 0

    for _ in range(REQUESTS):
        request = asking.request()
        ours, theirs = answered(both.memory, request), answered(both.real, request)
        assert ours == theirs, request
        refused += "refused" in theirs

    everything = ("scan", {"TableName": TABLE})
    ours, theirs = (answered(one, everything)["Items"] for one in (both.memory, both.real))
    assert sorted(ours, key=_sorted) == sorted(theirs, key=_sorted)
    assert REQUESTS / 10 < refused < REQUESTS * 9 / 10
    told = [_told(record) for record in memory().tables[TABLE].state.stream]
    theirs = [_told(record) for record in stream_of(both.streams, TABLE)]
    # DynamoDB Local tells of the parts of a transaction in any order.
    assert sorted(told) == sorted(theirs)
    assert told


def _told(record: dict[str, Any]) -> tuple[str, ...]:
    images = [record["dynamodb"].get(one, {}) for one in ("Keys", "OldImage", "NewImage")]
    plain = [{name: _as_bytes(value) for name, value in image.items()} for image in images]
    return record["eventName"], *(_sorted(_in_order(image)) for image in plain)


def _as_bytes(value: Any) -> Any:
    """A value as the SDK gives it, whether it comes from there or from memory."""
    ((kind, raw),) = value.items()
    match kind:
        case "B" if isinstance(raw, str):
            return {"B": b64decode(raw)}
        case "M":
            return {"M": {name: _as_bytes(one) for name, one in raw.items()}}
        case "L":
            return {"L": [_as_bytes(one) for one in raw]}
    return value
