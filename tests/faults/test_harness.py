"""The harness itself: what is fragile does not get past it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from shared.kernel.errors import AlreadyHandled
from shared.platform.entry.queue import on_queue
from shared.platform.requests import Condition, Delete, Put, Update
from shared.platform.tables import Table
from shared.platform.writes import ConditionFailed
from shared.sales.tables import SALES
from tests.calls import queue_event
from tests.faults.driver import carry_out
from tests.faults.faults import Fault, How, failing, faults_of, recorded, turning_points
from tests.operations.operation import Operation

pytestmark = pytest.mark.usefixtures("tables")

table = Table(SALES)
COUNT = {"pk": "COUNT", "sk": "COUNT"}
FIRST = Condition("first", "attribute_not_exists(#pk)", "it counts once")


def counts_twice(body: dict[str, Any], now: datetime) -> None:
    """Adds without a receipt."""
    table.write(Update(COUNT, add={"done": 1}))


def loses_half(body: dict[str, Any], now: datetime) -> None:
    """Writes the receipt first and counts in a second call."""
    try:
        table.write(Put({"pk": "RECEIPT", "sk": body["id"]}, condition=FIRST))
    except ConditionFailed:
        return
    table.write(Update(COUNT, add={"done": 1}))


def counts_once(body: dict[str, Any], now: datetime) -> None:
    """Receipt and count in one transaction."""
    try:
        table.write(
            Put({"pk": "RECEIPT", "sk": body["id"]}, condition=FIRST),
            Update(COUNT, add={"done": 1}),
        )
    except ConditionFailed as refused:
        raise AlreadyHandled("counted") from refused


@contextmanager
def fragile(use_case: Callable[[dict[str, Any], datetime], None]) -> Iterator[Operation]:
    """`use_case` behind a queue, as an operation."""
    module = ModuleType("functions.fragile.handler")
    module.handle = on_queue(use_case)  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    try:
        yield Operation("be fragile", "fragile", lambda: queue_event([{"id": "1"}]))
    finally:
        del sys.modules[module.__name__]


def broken_ways(use_case: Callable[[dict[str, Any], datetime], None]) -> set[How]:
    """The ways in which some call of `use_case` fails so that it does not count exactly once."""
    with fragile(use_case) as operation:
        payload = operation.arrange()
        with recorded() as calls:
            carry_out(operation, payload)
        broken: set[How] = set()
        for how in How:
            for number in range(len(calls)):
                for key in (COUNT, {"pk": "RECEIPT", "sk": "1"}):
                    table.write(Delete(key))
                with failing(Fault(number, how)) as failed:
                    carry_out(operation, payload)
                assert failed == [calls[number].name]
                if (table.get(COUNT) or {}).get("done") != 1:
                    broken.add(how)
        return broken


def test_an_effect_without_a_receipt_is_caught() -> None:
    assert broken_ways(counts_twice) == {How.ANSWER_LOST, How.TWICE, How.KILLED_AFTER}


def test_a_receipt_that_is_written_before_its_effect_is_caught() -> None:
    assert broken_ways(loses_half) >= {How.UNREACHABLE, How.KILLED_BEFORE}


def test_an_effect_in_one_write_with_its_receipt_passes() -> None:
    assert broken_ways(counts_once) == set()


def reads_in_turns(body: dict[str, Any], now: datetime) -> None:
    """Asks in a loop, and by another line of the product."""
    for _ in range(5):
        table.get(COUNT)
    table.query_all("COUNT")


def test_of_a_loop_s_turns_the_first_the_second_and_the_last_are_broken() -> None:
    with fragile(reads_in_turns) as operation, recorded() as calls:
        carry_out(operation, operation.arrange())

    assert [call.name for call in calls] == ["dynamodb.GetItem"] * 5 + ["dynamodb.Query"]
    assert turning_points(calls) == [0, 1, 4, 5]


def reads_and_writes(body: dict[str, Any], now: datetime) -> None:
    """A read, a write, a read."""
    table.get(COUNT)
    table.write(Put({"pk": "RECEIPT", "sk": body["id"]}))
    table.get(COUNT)


def test_a_read_fails_in_no_other_way_than_to_be_in_vain() -> None:
    with fragile(reads_and_writes) as operation, recorded() as calls:
        carry_out(operation, operation.arrange())

    writing = [How.UNREACHABLE, How.ANSWER_LOST, How.TWICE, How.KILLED_AFTER]
    assert list(faults_of(calls)) == [
        Fault(0, How.UNREACHABLE),
        Fault(0, How.KILLED_BEFORE),
        *(Fault(1, how) for how in writing),
        Fault(2, How.UNREACHABLE),
    ]


def test_whoever_dies_of_a_loop_s_last_turn_was_not_killed_before() -> None:
    with fragile(reads_in_turns) as operation, recorded() as calls:
        carry_out(operation, operation.arrange())

    killed = [one.number for one in faults_of(calls) if one.how is How.KILLED_AFTER]
    assert killed == [4]
