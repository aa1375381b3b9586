"""What a row of an import costs, however many there are: the same write units, and a chunk is as
large in a large file as in a small one."""

import pytest

from tests.benchmarks.imports import import_costs


def test_units_and_calls_per_row_do_not_grow_with_the_file() -> None:
    small, large = import_costs(500, 2_500)

    a_row_more = (large.units - small.units) / 2_000
    assert a_row_more == pytest.approx(small.units_a_row, rel=0.03)
    assert 5 <= a_row_more < 5.1, "a contact and its claim, twice each, and the list's entry"
    for call in ("dynamodb.TransactWriteItems", "s3.PutObject", "s3.GetObject"):
        assert large.calls[call] <= 5 * small.calls[call], call
