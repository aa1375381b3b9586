"""`python -m tests.benchmarks` (`make bench`): the table, and JSON to the file `BENCH_JSON`.

`--quick` makes fewer rounds, of one operation and one page a function and one cold start in all:
enough to see that everything can be measured. What each operation costs is a test.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.benchmarks.capacity import Cost, costs
from tests.benchmarks.cold import RUNS, Cold, cold_start
from tests.benchmarks.cpu import Cpu, warm_cpu
from tests.benchmarks.imports import SIZES, ImportCost, import_costs
from tests.benchmarks.intake import BUDGET as INTAKE_BUDGET
from tests.benchmarks.intake import IntakeCost, intake_cost
from tests.benchmarks.pages import (
    BUDGET,
    PageCost,
    Recorded,
    page_cost,
    page_start,
    recorded_pages,
)
from tests.benchmarks.pages import (
    MOST_CALLS as MOST_PAGE_CALLS,
)
from tests.benchmarks.sending import BUDGET as CPU_BUDGET
from tests.benchmarks.sending import MOST_CALLS, SendingCost, sending_cost
from tests.benchmarks.world import nothing_printed
from tests.operations import OPERATIONS
from tests.operations.operation import Operation

FEW, MANY = 100, 10_000

One = TypeVar("One")


@dataclass(frozen=True)
class Measured:
    """Everything about one operation; `bare` is boto3 alone making the same calls. A quick round
    does not look whether it costs the same with many leads (`None`)."""

    cost: Cost
    same_at_many: bool | None
    cpu: Cpu
    bare_cpu: Cpu


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    quick: bool = parser.parse_args().quick
    console = Console(width=int(os.environ.get("COLUMNS", "150")))

    # Even: each page is measured as often before its template as after it.
    rounds, runs = (6, 1) if quick else (200, RUNS)

    with nothing_printed():
        operations = _operations(_one_per_function() if quick else OPERATIONS, quick, rounds)
        recorded = recorded_pages(one_per_function=quick)
        shown = {
            one.place.path: (one, page_cost(one, rounds))
            for one in _with_progress("Pages", recorded)
        }
        starts = _starts([] if quick else recorded, OPERATIONS[:1] if quick else OPERATIONS, runs)
        imports = import_costs(*SIZES[:1] if quick else SIZES)
        sending = sending_cost(rounds)
        intake = intake_cost(rounds)
    console.print(_operations_table(operations))
    console.print(_pages_table(shown))
    console.print(_starts_table(starts))
    console.print(_imports_table(imports))
    console.print(_sending_table(sending))
    console.print(_intake_table(intake))
    if file := os.environ.get("BENCH_JSON"):
        Path(file).write_text(_json(operations, starts, shown, imports, sending, intake))


def _one_per_function() -> Sequence[Operation]:
    return list({one.function: one for one in reversed(OPERATIONS)}.values())[::-1]


def _operations(chosen: Sequence[Operation], quick: bool, rounds: int) -> dict[str, Measured]:
    few = costs(chosen, FEW)
    many = None if quick else costs(chosen, MANY)
    operations = {}
    for one in _with_progress("Operations", chosen):
        cpu, bare = warm_cpu(one, rounds)
        same = None if many is None else few[one.name] == many[one.name]
        operations[one.name] = Measured(few[one.name], same, cpu, bare)
    return operations


def _starts(
    recorded: Sequence[Recorded], operations: Sequence[Operation], runs: int
) -> dict[str, tuple[Cold, Cold]]:
    # A function starts cold for whichever of its operations comes first.
    firsts: dict[str, Callable[[], tuple[Cold, Cold]]] = {}
    for operation in operations:
        firsts.setdefault(operation.function, partial(cold_start, operation, runs))
    for page in recorded:
        firsts.setdefault(page.place.function, partial(page_start, page, runs))
    return {name: do() for name, do in _with_progress("Cold starts", sorted(firsts.items()))}


def _with_progress(what: str, of: Sequence[One]) -> Iterable[One]:
    return track(of, f"{what:<12}", console=Console(stderr=True))


def _pages_table(shown: dict[str, tuple[Recorded, PageCost]]) -> Table:
    table = Table(
        title=f"Pages, warm: at most {MOST_PAGE_CALLS} calls of DynamoDB, {BUDGET:g} x the template"
    )
    table.add_column("page", overflow="fold")
    for heading in ("DynamoDB calls", "CPU ms", "template ms", "bare calls ms"):
        table.add_column(heading, justify="right")
    for heading in ("to template", "to both"):
        table.add_column(heading, justify="right")
    for path, (page, one) in shown.items():
        over = " OVER" if one.ratio > BUDGET else ""
        table.add_row(
            path if page.whole else f"{path} (part)",
            str(len(page.calls)),
            f"{one.cpu.median_ms:.2f}",
            f"{one.template.median_ms:.2f}",
            f"{one.calls.median_ms:.2f}",
            f"{one.ratio:.2f}{over}",
            f"{one.over_both:.2f}",
        )
    return table


def _operations_table(operations: dict[str, Measured]) -> Table:
    table = Table(title=f"Operations, warm; `same`: they cost the same at {FEW} and {MANY:,} leads")
    for heading in ("operation", "AWS calls", "first call also", "read units", "write units"):
        table.add_column(heading, overflow="fold")
    for heading in ("CPU ms", "bare ms", "ratio", "same"):
        table.add_column(heading, justify="right")
    for name, one in operations.items():
        more = {
            call: number - one.cost.calls.get(call, 0)
            for call, number in one.cost.first_calls.items()
            if number > one.cost.calls.get(call, 0)
        }
        table.add_row(
            name,
            _listed(one.cost.calls),
            _listed(more),
            _listed(one.cost.reads),
            f"{one.cost.write_units:g} = {_listed(one.cost.writes)}" if one.cost.writes else "",
            f"{one.cpu.median_ms:.2f}",
            f"{one.bare_cpu.median_ms:.2f}",
            _ratio(one.cpu.median_ms, one.bare_cpu.median_ms),
            {None: "-", True: "yes", False: "NO"}[one.same_at_many],
        )
    return table


def _ratio(ours: float, bare: float) -> str:
    # What asks nothing of AWS once warm has nothing to be compared with.
    return f"{ours / bare:.2f}" if bare else "-"


def _starts_table(starts: dict[str, tuple[Cold, Cold]]) -> Table:
    table = Table(title="Cold starts: import and first invocation, fastest of ten")
    table.add_column("function")
    for heading in (
        "wall ms",
        "CPU ms",
        "import ms",
        "modules",
        "bare wall",
        "bare CPU",
        "CPU ratio",
    ):
        table.add_column(heading, justify="right")
    for name, (ours, bare) in starts.items():
        table.add_row(
            name,
            f"{ours.wall_ms:.0f}",
            f"{ours.cpu_ms:.0f}",
            f"{ours.import_ms:.0f}",
            str(ours.modules),
            f"{bare.wall_ms:.0f}",
            f"{bare.cpu_ms:.0f}",
            f"{ours.cpu_ms / bare.cpu_ms:.2f}",
        )
    return table


def _imports_table(imports: Sequence[ImportCost]) -> Table:
    table = Table(title="Imports of people nobody knows, CSV")
    for heading in ("rows", "rows per CPU second", "write units a row", "transactions"):
        table.add_column(heading, justify="right")
    for one in imports:
        table.add_row(
            f"{one.rows:,}",
            f"{one.rows_a_second:,.0f}",
            f"{one.units_a_row:.2f}",
            f"{one.calls['dynamodb.TransactWriteItems']:,}",
        )
    return table


def _sending_table(one: SendingCost) -> Table:
    table = Table(
        title=f"Sending a campaign by mail, warm, by the recipient: at most {MOST_CALLS:g} calls of"
        f" DynamoDB, {CPU_BUDGET:g} x rendering and the bare provider call"
    )
    for heading in ("DynamoDB calls", "SES calls", "CPU ms", "rendering and bare call ms", "ratio"):
        table.add_column(heading, justify="right")
    table.add_row(
        f"{one.calls_each:.2f}",
        f"{one.calls['sesv2'] / one.recipients:g}",
        f"{one.cpu.median_ms / one.recipients:.2f}",
        f"{one.bare.median_ms / one.recipients:.2f}",
        f"{one.ratio:.2f}{' OVER' if one.ratio > CPU_BUDGET else ''}",
    )
    return table


def _intake_table(one: IntakeCost) -> Table:
    table = Table(
        title=f"Taking in a mail of {one.bytes / 1000:.0f} KB, warm: at most {INTAKE_BUDGET:g} x"
        " parsing it with the standard library"
    )
    for heading in ("calls", "CPU ms", "parsing ms", "ratio"):
        table.add_column(heading, justify="right")
    table.add_row(
        ", ".join(one.calls),
        f"{one.cpu.median_ms:.2f}",
        f"{one.bare.median_ms:.2f}",
        f"{one.ratio:.2f}{' OVER' if one.ratio > INTAKE_BUDGET else ''}",
    )
    return table


def _listed(numbers: dict[str, float]) -> str:
    return ", ".join(
        f"{number:g} {name.removeprefix('dynamodb.')}" for name, number in numbers.items() if number
    )


def _json(
    operations: dict[str, Measured],
    starts: dict[str, tuple[Cold, Cold]],
    shown: dict[str, tuple[Recorded, PageCost]],
    imports: Sequence[ImportCost],
    sending: SendingCost,
    intake: IntakeCost,
) -> str:
    document = {
        "operations": {
            name: asdict(one)
            | {"read_units": one.cost.read_units, "write_units": one.cost.write_units}
            for name, one in operations.items()
        },
        "pages": {
            path: asdict(one)
            | {"dynamodb_calls": len(page.calls), "ratio": one.ratio, "whole": page.whole}
            for path, (page, one) in shown.items()
        },
        "cold_starts": {
            name: {"ours": asdict(ours), "bare": asdict(bare)}
            for name, (ours, bare) in starts.items()
        },
    }
    document["imports"] = {
        str(one.rows): asdict(one)
        | {"rows_a_second": one.rows_a_second, "units_a_row": one.units_a_row}
        for one in imports
    }
    document["sending"] = asdict(sending) | {
        "calls_each": sending.calls_each,
        "ratio": sending.ratio,
    }
    document["intake"] = asdict(intake) | {"ratio": intake.ratio}
    return json.dumps(document, indent=2)


if __name__ == "__main__":
    main()
