"""What importing people costs by the row: CPU, calls and write units of files of several sizes."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.aws_calls import Make, asked, is_aside
from tests.benchmarks.world import world
from tests.imports import announced, carried_out, last_run, sent, start
from tests.permissions import invoking

SIZES: Final = (1_000, 10_000, 100_000)

_BYTES_A_UNIT: Final = 1024


@dataclass(frozen=True)
class ImportCost:
    """Of a whole import of `rows` people nobody knows. `cpu_s` is the CPU of the functions and of
    the AWS in memory together: more than the functions' own."""

    rows: int
    units: int
    calls: Mapping[str, int]
    cpu_s: float

    @property
    def units_a_row(self) -> float:
        """Write units of each row."""
        return self.units / self.rows

    @property
    def rows_a_second(self) -> float:
        """Rows for each second of CPU: at least so many."""
        return self.rows / self.cpu_s


def people(count: int) -> str:
    """A CSV of so many people."""
    rows = (f"First{n:05d},Last{n:05d},person{n:05d}@{count}.example,NP" for n in range(count))
    return "First name,Last name,Email,Country\n" + "\n".join(rows)


def import_costs(*sizes: int) -> list[ImportCost]:
    """Of imports of so many rows, each into an account of its own."""
    found = []
    for size in sizes:
        with world():
            found.append(import_cost(size))
    return found


def import_cost(count: int) -> ImportCost:
    """Of importing so many people, until all are in; an index's entry is counted as large as its
    item at most."""
    calls: Counter[str] = Counter()
    units = 0

    def counting(service: str, operation: str, parameters: Mapping[str, Any], make: Make) -> Any:
        nonlocal units
        if invoking() and not is_aside():
            calls[f"{service}.{operation}"] += 1
            for one in parameters.get("TransactItems", ()):
                ((_, part),) = one.items()
                size = -(-_stored_bytes(part.get("Item", {})) // _BYTES_A_UNIT) or 1
                units += 2 * size + (size if "list_pk" in part.get("Item", {}) else 0)
        return make(operation, parameters)

    with asked(counting):
        import_id = announced()
        sent(import_id, people(count))
        start(import_id)
        began = time.process_time()
        assert last_run(carried_out(import_id)) == {"created": count}
        cpu = time.process_time() - began
    return ImportCost(count, units, dict(calls), cpu)


def _stored_bytes(item: Mapping[str, Any]) -> int:
    """About what DynamoDB counts of an item as the API takes it: names and values, no types."""
    plain = json.dumps({name: next(iter(value.values())) for name, value in item.items()})
    return len(plain)
