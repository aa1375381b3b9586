"""What operations may cost. Counts only: times are for `make bench`, on a quiet machine."""

import pytest

from tests.benchmarks.capacity import Cost, costs
from tests.operations import OPERATIONS

FEW, MANY = 100, 10_000
CAPTURE = "capture a lead"

OF_EVERYBODY = {"write an export", "fill a segment"}
"""What is about every contact there is costs by the contact."""


@pytest.fixture(scope="module")
def few() -> dict[str, Cost]:
    """What each operation costs among few leads."""
    return costs(OPERATIONS, FEW)


def test_operations_cost_the_same_whatever_the_size_of_the_data(few: dict[str, Cost]) -> None:
    # One test for all: who else asks for these costs would have to find them out again.
    some = [one for one in OPERATIONS if one.name not in OF_EVERYBODY]
    many = costs(some, MANY)

    grown = {name: (few[name], cost) for name, cost in many.items() if few[name] != cost}

    assert not grown, grown


def test_what_is_about_everybody_costs_by_the_contact(few: dict[str, Cost]) -> None:
    more = costs([one for one in OPERATIONS if one.name in OF_EVERYBODY], 3 * FEW)

    assert more.keys() == OF_EVERYBODY
    for name, cost in more.items():
        assert cost.read_units > few[name].read_units, name


def test_no_operation_scans(few: dict[str, Cost]) -> None:
    scanning = {name for name, cost in few.items() if any(c.endswith("Scan") for c in cost.calls)}

    assert scanning <= OF_EVERYBODY


def test_a_lead_is_captured_in_one_write_call_of_at_most_12_units_without_a_read(
    few: dict[str, Cost],
) -> None:
    captures = {name: cost for name, cost in few.items() if CAPTURE in name}
    assert len(captures) >= 5

    for name, cost in captures.items():
        assert cost.calls == {"dynamodb.TransactWriteItems": 1}, name
        assert cost.read_units == 0, name
        assert cost.write_units <= 12, name


def test_a_batch_about_one_lead_is_scored_in_one_write_call(few: dict[str, Cost]) -> None:
    assert few["score a batch up to the hand-off"].calls["dynamodb.TransactWriteItems"] == 1


def test_a_contact_is_created_in_one_write_call_beside_asking_who_asks(
    few: dict[str, Cost],
) -> None:
    for operation in ("create a contact", "create a contact in full"):
        assert few[operation].calls == {
            "dynamodb.GetItem": 1,
            "dynamodb.TransactWriteItems": 1,
        }


def test_a_contact_is_read_in_one_call_beside_asking_who_asks(few: dict[str, Cost]) -> None:
    assert few["show a contact"].calls == {"dynamodb.GetItem": 2}


def test_a_list_of_contacts_is_one_query_and_what_it_names_by_id_one_call(
    few: dict[str, Cost],
) -> None:
    query = {"dynamodb.GetItem": 1, "dynamodb.Query": 1}
    assert few["list contacts by name"].calls == query
    assert few["list contacts with a tag"].calls == query | {"dynamodb.BatchGetItem": 1}
