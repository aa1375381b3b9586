"""AWS calls and capacity units of every operation.

Of a warm process: configuration and keys are in memory. The first invocation's further calls are
given beside. The tables are in memory (`tests.dynamodb`), whose units of single requests are those
of DynamoDB Local (`tests/integration/test_dynamodb.py`), which answers the same few units for any
transaction. So the parts of one are done one by one here and their units doubled ("Managing
complex workflows with DynamoDB transactions", capacity management). That document says nothing of
indexes: doubling theirs too makes the sum an upper bound.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from shared.customers.tables import CUSTOMERS
from shared.platform.codec import encode
from shared.platform.json_api import DYNAMODB
from shared.platform.tables import TableSpec
from shared.sales.tables import SALES
from tests import cloud
from tests.aws_calls import Make, aside, asked, is_aside
from tests.benchmarks.world import Place, Undo, accepted, world
from tests.builders import contact_item, lead_item
from tests.calls import invoke
from tests.fake_clock import NOW
from tests.operations.operation import Operation
from tests.permissions import invoking
from tests.pump import overlook

_PER_CALL: Final = 25
_FIRST_NUMBER: Final = 1_000
"""Leads and contacts of the filling are numbered from here: operations use the numbers below."""


@dataclass(frozen=True)
class Cost:
    """What one invocation asks of AWS. Units by `<table>` and `<table>/<index>`."""

    calls: dict[str, int] = field(default_factory=dict)
    reads: dict[str, float] = field(default_factory=dict)
    writes: dict[str, float] = field(default_factory=dict)
    first_calls: dict[str, int] = field(default_factory=dict)

    @property
    def read_units(self) -> float:
        """All read units together."""
        return sum(self.reads.values())

    @property
    def write_units(self) -> float:
        """All write units together, with indexes."""
        return sum(self.writes.values())


def costs(operations: Sequence[Operation], leads: int) -> dict[str, Cost]:
    """What each operation costs among so many leads, by its name."""
    with world() as time:
        stored = _filled(leads)
        found = {}
        for one in operations:
            time.at(NOW)
            overlook()
            found[one.name] = _cost(one, stored)
        return found


def _cost(operation: Operation, stored: Mapping[Place, dict[str, Any]]) -> Cost:
    everything, cold = Undo(stored), Undo()
    with everything.watching():
        payload = operation.arrange()
        cloud.forget()
        with cold.watching(), counted() as first:
            accepted(invoke(operation.function, payload))
        cold.undo()
        with counted() as found:
            accepted(invoke(operation.function, payload))
    everything.undo()
    return Cost(found.calls, found.reads, found.writes, first.calls)


@contextmanager
def counted() -> Iterator[Cost]:
    """Count what functions ask of AWS meanwhile."""
    calls: Counter[str] = Counter()
    reads: Counter[str] = Counter()
    writes: Counter[str] = Counter()

    def counting(service: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        if not invoking() or is_aside():
            return make(operation, parameters)
        if service == "dynamodb":
            parameters = {**parameters, "ReturnConsumedCapacity": "INDEXES"}
        calls[f"{service}.{operation}"] += 1
        if operation == "TransactWriteItems":
            for one in parameters["TransactItems"]:
                ((kind, part),) = one.items()
                _add(writes, _alone(make, kind, part), factor=2)
            return {}
        answer = make(operation, parameters)
        reading = operation.startswith(("Get", "Query", "BatchGet", "Scan"))
        consumed = answer.get("ConsumedCapacity", [])
        for one in consumed if isinstance(consumed, list) else [consumed]:
            _add(reads if reading else writes, one)
        return answer

    found = Cost(calls, reads, writes, {})
    with asked(counting):
        yield found


def _alone(make: Make, kind: str, part: dict[str, Any]) -> dict[str, Any]:
    """Do one part of a transaction by itself; the capacity it consumed."""
    if kind == "ConditionCheck":
        size = {"TableName": part["TableName"], "Key": part["Key"], "ConsistentRead": True}
        with aside():  # no function asks for this
            answer = make("GetItem", {**size, "ReturnConsumedCapacity": "INDEXES"})
        # A check costs what a write of the item does: one unit for each of its kilobytes.
        kilobytes = max(1, -(-len(json.dumps(answer.get("Item", {}))) // 1024))
        return {"TableName": part["TableName"], "CapacityUnits": kilobytes}
    answer = make(f"{kind}Item", {**part, "ReturnConsumedCapacity": "INDEXES"})
    consumed: dict[str, Any] = answer["ConsumedCapacity"]
    return consumed


def _add(units: Counter[str], consumed: dict[str, Any], factor: int = 1) -> None:
    table = consumed["TableName"].removeprefix("crm-test-")
    units[table] += consumed.get("Table", consumed)["CapacityUnits"] * factor
    for name, index in consumed.get("GlobalSecondaryIndexes", {}).items():
        units[f"{table}/{name}"] += index["CapacityUnits"] * factor


def _filled(records: int) -> dict[Place, dict[str, Any]]:
    """Store so many leads, of which each is a contact too; what is stored then."""
    numbers = range(_FIRST_NUMBER, _FIRST_NUMBER + records)
    leads = _store(SALES, (lead_item(number) for number in numbers))
    return leads | _store(CUSTOMERS, (contact_item(number) for number in numbers))


def _store(spec: TableSpec, items: Iterable[dict[str, Any]]) -> dict[Place, dict[str, Any]]:
    name = cloud.table_name(spec)
    stored: dict[Place, dict[str, Any]] = {}
    encoded = map(encode, items)
    while batch := list(islice(encoded, _PER_CALL)):
        puts = [{"PutRequest": {"Item": item}} for item in batch]
        DYNAMODB.call("BatchWriteItem", RequestItems={name: puts})
        stored |= {(name, item["pk"]["S"], item["sk"]["S"]): item for item in batch}
    return stored
