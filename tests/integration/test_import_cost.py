"""What a row of an import costs, however many there are: the same write units, and a chunk is as
large in a large file as in a small one."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.aws_calls import Make, asked, is_aside
from tests.imports import announced, carried_out, last_run, sent, start
from tests.permissions import invoking

BYTES_A_UNIT = 1024


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def people(count: int) -> str:
    rows = (f"First{n:05d},Last{n:05d},person{n:05d}@{count}.example,NP" for n in range(count))
    return "First name,Last name,Email,Country\n" + "\n".join(rows)


def stored_bytes(item: Mapping[str, Any]) -> int:
    """About what DynamoDB counts of an item as the API takes it: names and values, no types."""
    plain = json.dumps({name: next(iter(value.values())) for name, value in item.items()})
    return len(plain)


def cost(count: int) -> Counter[str]:
    """The write units (an index's entry is as large as its item at most), calls and files of
    importing so many people, until all are in."""
    found: Counter[str] = Counter()

    def counting(service: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        if invoking() and not is_aside():
            found[f"{service}.{operation}"] += 1
            for one in parameters.get("TransactItems", ()):
                ((_, part),) = one.items()
                units = -(-stored_bytes(part.get("Item", {})) // BYTES_A_UNIT) or 1
                found["units"] += 2 * units + (units if "list_pk" in part.get("Item", {}) else 0)
        return make(operation, parameters)

    with asked(counting):
        import_id = announced()
        sent(import_id, people(count))
        start(import_id)
        assert last_run(carried_out(import_id)) == {"created": count}
    return found


def test_units_and_calls_per_row_do_not_grow_with_the_file() -> None:
    small, large = cost(500), cost(2_500)

    a_row_more = (large["units"] - small["units"]) / 2_000
    assert a_row_more == pytest.approx(small["units"] / 500, rel=0.03)
    assert 5 <= a_row_more < 5.1, "a contact and its claim, twice each, and the list's entry"
    for call in ("dynamodb.TransactWriteItems", "s3.PutObject", "s3.GetObject"):
        assert large[call] <= 5 * small[call], call
