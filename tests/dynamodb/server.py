"""DynamoDB in memory: what is asked over its JSON protocol, done and answered.

It takes what this product asks and refuses anything else with `NotImplementedError`, so that
nothing is silently ignored. Every test marked `conformance` runs on it and on the real DynamoDB
Local, and `tests/integration/test_dynamodb.py` compares the two over requests made at random.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

from tests.dynamodb import expressions
from tests.dynamodb.capacity import consumed, read_units
from tests.dynamodb.expressions import Given
from tests.dynamodb.tables import KEYS, MemoryTable, Page, Place, State
from tests.dynamodb.values import Item, Refused, Value, invalid, item_of, ordered, size, value_of

MOST_IN_TRANSACTION: Final = 100
MOST_TO_GET: Final = 100
MOST_TO_WRITE: Final = 25
TRANSACTION_BYTES: Final = 4 * 1024 * 1024

Body = Mapping[str, Any]
Write = tuple[MemoryTable, Place, Item | None]

_EXPRESSED: Final = {"ExpressionAttributeNames", "ExpressionAttributeValues"}
_CONDITION: Final = {
    "TableName",
    "ConditionExpression",
    "ReturnValuesOnConditionCheckFailure",
    *_EXPRESSED,
}
_COUNTED: Final = "ReturnConsumedCapacity"  # fmt: skip
_TAKEN: Final[dict[str, set[str]]] = {
    "GetItem": {"TableName", "Key", "ConsistentRead", _COUNTED},
    "BatchGetItem": {"RequestItems", _COUNTED},
    "BatchWriteItem": {"RequestItems", _COUNTED},
    "Query": {
        "TableName", "IndexName", "KeyConditionExpression", "ScanIndexForward", "ConsistentRead",
        "Limit", "ExclusiveStartKey", _COUNTED, *_EXPRESSED,
    },
    "Scan": {
        "TableName", "Limit", "ExclusiveStartKey", "ConsistentRead", "Segment", "TotalSegments",
        "FilterExpression", _COUNTED, *_EXPRESSED,
    },
    "PutItem": {"Item", _COUNTED, *_CONDITION},
    "UpdateItem": {"Key", "UpdateExpression", _COUNTED, *_CONDITION},
    "DeleteItem": {"Key", _COUNTED, *_CONDITION},
    "TransactWriteItems": {"TransactItems", "ClientRequestToken"},
}  # fmt: skip
"""The members of requests that are understood."""

_KEY_CONDITION: Final = re.compile(
    r"(?P<pk>#\w+) = (?P<is>:\w+)"
    r"(?: AND (?:begins_with\((?P<begins>#\w+), (?P<start>:\w+)\)"
    r"|(?P<between>#\w+) BETWEEN (?P<low>:\w+) AND (?P<high>:\w+)"
    r"|(?P<compared>#\w+) (?P<how>=|<|<=|>|>=) (?P<with>:\w+)))?"
)


class MemoryDynamoDB:
    """The tables of one account."""

    def __init__(self, tables: Iterable[MemoryTable]) -> None:
        self.tables = {table.name: table for table in tables}
        self._done: dict[str, Body] = {}
        self._turn = RLock()

    def state(self) -> dict[str, State]:
        """What all tables hold."""
        return {name: table.state.copy() for name, table in self.tables.items()}

    def put_back(self, state: Mapping[str, State]) -> None:
        """Make the tables hold what they held then."""
        for name, kept in state.items():
            self.tables[name].hold(kept.copy())
        self._done.clear()

    def answer(self, operation: str, body: Body) -> tuple[int, dict[str, Any]]:
        """Do what is asked: an HTTP status and the members of the answer."""
        doing: Callable[[Body], dict[str, Any]] = getattr(self, f"_{_snake(operation)}")
        if unknown := set(body) - _TAKEN[operation]:
            raise NotImplementedError(f"{operation} with {sorted(unknown)}")
        try:
            with self._turn:
                return 200, doing(body)
        except Refused as refused:
            kind = f"com.amazonaws.dynamodb.v20120810#{refused.code}"
            return 400, {"__type": kind, "message": refused.message, **refused.more}

    def _table(self, name: str) -> MemoryTable:
        if name not in self.tables:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        return self.tables[name]

    def _get_item(self, body: Body) -> dict[str, Any]:
        table = self._table(body["TableName"])
        found = table.get(table.place(item_of(body["Key"])))
        units = _read_alone(found, consistent=body.get("ConsistentRead", False))
        return {**({} if found is None else {"Item": found}), **_counted(body, table, units)}

    def _batch_get_item(self, body: Body) -> dict[str, Any]:
        found: dict[str, list[Item]] = {}
        capacity: list[dict[str, Any]] = []
        for name, asked in body["RequestItems"].items():
            if unknown := set(asked) - {"Keys", "ConsistentRead"}:
                raise NotImplementedError(f"BatchGetItem with {sorted(unknown)}")
            table = self._table(name)
            places = [table.place(item_of(key)) for key in asked["Keys"]]
            _limited("BatchGetItem", places, MOST_TO_GET)
            items = [table.get(place) for place in places]
            found[name] = [item for item in items if item is not None]
            consistent = asked.get("ConsistentRead", False)
            units = sum(_read_alone(item, consistent=consistent) for item in items)
            capacity.append(consumed(name, units, {}))
        told = {"ConsumedCapacity": capacity} if _COUNTED in body else {}
        return {"Responses": found, "UnprocessedKeys": {}, **told}

    def _batch_write_item(self, body: Body) -> dict[str, Any]:
        writes: list[Write] = []
        for name, requests in body["RequestItems"].items():
            table = self._table(name)
            for request in requests:
                if put := request.get("PutRequest"):
                    item = item_of(put["Item"])
                    writes.append((table, table.checked(item), item))
                else:
                    key = item_of(request["DeleteRequest"]["Key"])
                    writes.append((table, table.place(key), None))
        _limited("BatchWriteItem", [(one[0].name, one[1]) for one in writes], MOST_TO_WRITE)
        capacity = [table.consumed(table.get(place), after) for table, place, after in writes]
        _carry_out(writes)
        told = {"ConsumedCapacity": capacity} if _COUNTED in body else {}
        return {"UnprocessedItems": {}, **told}

    def _query(self, body: Body) -> dict[str, Any]:
        table, index = self._table(body["TableName"]), body.get("IndexName")
        names, values = _words(body)
        asked = _KEY_CONDITION.fullmatch(body["KeyConditionExpression"])
        if not asked:
            raise NotImplementedError(body["KeyConditionExpression"])
        _all_used(names, values, {word for word in asked.groups() if word and word[0] in "#:"})
        spec = table.index(index) if index else None
        if spec and body.get("ConsistentRead"):
            raise invalid("Consistent reads are not supported on global secondary indexes")
        keys = (spec.pk, spec.sk) if spec else KEYS
        sk_word = asked["begins"] or asked["between"] or asked["compared"]
        if names[asked["pk"]] != keys[0] or (sk_word and names[sk_word] != keys[1]):
            raise invalid("Query condition missed key schema element")
        after = body.get("ExclusiveStartKey")
        page = table.query(
            index,
            _text(values[asked["is"]]),
            _wanted(asked, values),
            forward=body.get("ScanIndexForward", True),
            after=item_of(after) if after else None,
            limit=body.get("Limit"),
        )
        consistent = body.get("ConsistentRead", False)
        units = read_units(map(size, page.items), consistent=consistent)
        return _shown(page) | _counted(body, table, units, index)

    def _scan(self, body: Body) -> dict[str, Any]:
        after = body.get("ExclusiveStartKey")
        table = self._table(body["TableName"])
        part = (body.get("Segment", 0), body.get("TotalSegments", 1))
        page = table.scan(item_of(after) if after else None, body.get("Limit"), part)
        consistent = body.get("ConsistentRead", False)
        units = read_units(map(size, page.items), consistent=consistent)
        if filtered := body.get("FilterExpression"):
            names, values = _words(body)
            test = expressions.condition(filtered)
            _all_used(names, values, test.words)
            page.items = [one for one in page.items if test.holds(Given(one, names, values))]
        return _shown(page) | _counted(body, table, units)

    def _put_item(self, body: Body) -> dict[str, Any]:
        return self._alone("Put", body)

    def _update_item(self, body: Body) -> dict[str, Any]:
        return self._alone("Update", body)

    def _delete_item(self, body: Body) -> dict[str, Any]:
        return self._alone("Delete", body)

    def _alone(self, kind: str, body: Body) -> dict[str, Any]:
        change, found = self._understood(kind, body).change()
        if change is None:
            more = {"Item": found} if found is not None else {}
            message = "The conditional request failed"
            raise Refused("ConditionalCheckFailedException", message, **more)
        table, place, after = change
        capacity = table.consumed(table.get(place), after)
        _carry_out([change])
        return {"ConsumedCapacity": capacity} if _COUNTED in body else {}

    def _transact_write_items(self, body: Body) -> dict[str, Any]:
        token = body.get("ClientRequestToken", "")
        if token in self._done:
            if self._done[token] != body:
                raise Refused("IdempotentParameterMismatchException", "Another request's token")
            return {}
        parts = [self._understood(*next(iter(one.items()))) for one in body["TransactItems"]]
        if not 1 <= len(parts) <= MOST_IN_TRANSACTION:
            raise invalid("Member must have length less than or equal to 100")
        named = [(part.table.name, repr(sorted(part.key.items()))) for part in parts]
        if len(set(named)) != len(named):
            raise invalid("Transaction request cannot include multiple operations on one item")
        outcomes = [_outcome(part) for part in parts]
        if not all(change for change, _ in outcomes):
            raise Refused(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons",
                CancellationReasons=[reason for _, reason in outcomes],
            )
        changes = [change for change, _ in outcomes if change]
        if sum(size(item) for _, _, item in changes if item) > TRANSACTION_BYTES:
            raise invalid("Collection size of the items in the transaction exceeds the limit")
        _carry_out(changes)
        if token:
            self._done[token] = body
        return {}

    def _understood(self, kind: str, body: Body) -> "Part":
        """A write whose expressions and values are right, whatever it will meet."""
        names, values = _words(body)
        tested, updated = body.get("ConditionExpression"), body.get("UpdateExpression")
        test = expressions.condition(tested) if tested is not None else None
        update = expressions.update(updated) if updated is not None else None
        read = [one for one in (test, update) if one]
        _all_used(names, values, {word for one in read for word in one.words})
        for one in read:
            one.check(values)
        if update:
            update.targets(names)
        item = item_of(body.get("Item") or body["Key"])
        told = body.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return Part(kind, self._table(body["TableName"]), item, names, values, test, update, told)


@dataclass(frozen=True)
class Part:
    """One write, alone or of a transaction; `item` is a put's item and others' key."""

    kind: str
    table: MemoryTable
    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Value]
    test: expressions.Condition | None
    update: expressions.Update | None
    told: bool
    """Whether a refusal says what it found."""

    @property
    def key(self) -> Item:
        """The key of the item it is about, as far as it was given."""
        return {name: value for name, value in self.item.items() if name in KEYS}

    def change(self) -> tuple[Write | None, Item | None]:
        """What it would do, or nothing when its condition does not hold; and the item found, if
        that is to be told. Raises `Refused` when it cannot be done to that item."""
        put = self.kind == "Put"
        place = self.table.checked(self.item) if put else self.table.place(self.item)
        found = self.table.get(place)
        if self.test and not self.test.holds(Given(found or {}, self.names, self.values)):
            return None, found if self.told else None
        after = {"Put": self.item, "ConditionCheck": found}.get(self.kind)
        if self.update:
            given = Given(found or self.key, self.names, self.values)
            after = self.update.applied(given, KEYS)
            self.table.checked(after)
        return (self.table, place, after), None


def _outcome(part: Part) -> tuple[Write | None, dict[str, Any]]:
    """What a part of a transaction would do, and why it may not."""
    change, found = part.change()
    if change:
        return change, {"Code": "None"}
    told = {"Item": found} if found is not None else {}
    return None, {
        "Code": "ConditionalCheckFailed",
        "Message": "The conditional request failed",
        **told,
    }


def _read_alone(item: Item | None, *, consistent: bool) -> float:
    return read_units([size(item)] if item else [], consistent=consistent)


def _counted(
    body: Body, table: MemoryTable, units: float, index: str | None = None
) -> dict[str, Any]:
    """What a read consumed, if that is to be told."""
    if _COUNTED not in body:
        return {}
    capacity = consumed(table.name, 0, {index: units}) if index else consumed(table.name, units, {})
    return {"ConsumedCapacity": capacity}


def _carry_out(writes: Iterable[Write]) -> None:
    for table, place, item in writes:
        table.set(place, item)


def _words(body: Body) -> tuple[Mapping[str, str], dict[str, Value]]:
    values = {
        name: value_of(one) for name, one in body.get("ExpressionAttributeValues", {}).items()
    }
    return body.get("ExpressionAttributeNames", {}), values


def _all_used(names: Mapping[str, str], values: Mapping[str, Value], used: set[str] | frozenset[str]) -> None:  # fmt: skip
    given = {*names, *values}
    if missing := set(used) - given:
        raise invalid(f"An expression uses words that are not defined: {sorted(missing)}")
    if unused := given - set(used):
        raise invalid(f"Values or names are not used in expressions: {sorted(unused)}")


def _wanted(asked: re.Match[str], values: Mapping[str, Value]) -> Callable[[Value], bool]:
    """What a key condition says of the sort key."""
    if asked["begins"]:
        start = _text(values[asked["start"]])
        return lambda sk: bool(sk["S"].startswith(start))
    if asked["between"]:
        low, high = (ordered({"S": _text(values[asked[end]])}) for end in ("low", "high"))
        if low > high:
            raise invalid("The BETWEEN operator requires upper bound to be no less than lower")
        return lambda sk: bool(low <= ordered(sk) <= high)
    if asked["compared"]:
        how, other = asked["how"], values[asked["with"]]
        _text(other)
        return lambda sk: expressions.compared(how, sk, other)
    return lambda _: True


def _text(value: Value) -> str:
    if "S" not in value:
        raise invalid("Condition parameter type does not match schema type")
    return str(value["S"])


def _limited(operation: str, places: Sequence[Any], most: int) -> None:
    if not 1 <= len(places) <= most:
        raise invalid(f"{operation} takes 1 to {most} items")
    if len(set(places)) != len(places):
        raise invalid("Provided list of item keys contains duplicates")


def _shown(page: Page) -> dict[str, Any]:
    last = {"LastEvaluatedKey": page.last} if page.last else {}
    return {"Items": page.items, "Count": len(page.items), "ScannedCount": len(page.items), **last}


def _snake(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
