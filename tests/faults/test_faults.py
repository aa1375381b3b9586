"""Every operation, broken at every one of its AWS calls in every way: nothing is lost, nothing
happens twice (row X11).

An operation joins by being in `tests.operations.OPERATIONS`.
"""

import random
from typing import Any

import pytest

from tests.faults.conftest import Account
from tests.faults.driver import carry_out
from tests.faults.faults import failing, faults_of, recorded
from tests.faults.invariants import check
from tests.operations import OPERATIONS
from tests.operations.operation import Operation
from tests.pump import Pump


def finished(operation: Operation, answer: Any, expected: Any) -> None:
    """Deliver what followed from the operation, and check that all is well."""
    pump = Pump().run()
    check(pump)
    if isinstance(expected, dict) and "statusCode" in expected:
        assert answer["statusCode"] in (expected["statusCode"], *operation.or_answers)
    operation.afterwards()


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_operation_survives_a_failure_at_each_of_its_calls(
    operation: Operation, account: Account
) -> None:
    payload = account.arrange(operation.arrange)
    with recorded() as calls:
        expected = carry_out(operation, payload)
    finished(operation, expected, expected)
    assert not isinstance(expected, dict) or expected.get("statusCode", 200) < 400, expected
    assert calls, "an operation that asks nothing of AWS has nothing to fail"

    for fault in faults_of(calls):
        name = calls[fault.number].name
        account.put_back()
        try:
            with failing(fault) as failed:
                answer = carry_out(operation, payload)
            assert failed == [name]
            finished(operation, answer, expected)
        except AssertionError as error:
            error.add_note(f"{operation}: {name} ({fault})")
            raise


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_operation_done_and_delivered_three_times_in_any_order_counts_once(
    operation: Operation, account: Account
) -> None:
    payload = account.arrange(operation.arrange)

    for seed in range(3):
        account.put_back()
        try:
            for _ in range(3):
                carry_out(operation, payload)
            check(Pump(copies=3, shuffle=random.Random(seed)).run())
            operation.afterwards()
        except AssertionError as error:
            error.add_note(f"{operation}: order {seed}")
            raise
