"""A file of ten thousand people with three bad rows, twice, on the stack that `crm up` runs:
`python -m tests.measure.imports [rows]`. It leaves the people there."""

import csv
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from rich.progress import Progress

from infra.local import people
from infra.local.deployed import LOCAL_STAGE, Deployed
from infra.local.home import find
from infra.local.importing import errors_of, run, send_file
from infra.local.seed.api import Api
from tests.journey import test_imports

ROWS: Final = 10_000


def main(rows: int = ROWS) -> None:
    """Import them, and the same file again; print what came of each."""
    home = find()
    api = Api(home.url, people.token(Deployed(LOCAL_STAGE, home), "marketer"))
    with tempfile.TemporaryDirectory() as folder:
        bad = (17, rows // 2, rows - 1)
        file = test_imports.people(Path(folder) / "people.csv", rows, bad)
        for name in ("first", "again"):
            began = time.perf_counter()
            after = _imported(api, file)
            taken = time.perf_counter() - began
            counts = test_imports.counted(after["runs"][-1])
            said = ", ".join(f"{count:,} {what}" for what, count in counts.items())
            wrong = ", ".join(_bad_rows(api, after["import_id"]))
            print(f"{name}: {said} in {taken:.1f} s; wrong are rows {wrong}")


def _imported(api: Api, file: Path) -> dict[str, Any]:
    sent = send_file(api, file, "contacts")
    with Progress(transient=True) as bar:
        task = bar.add_task("Importing", total=None)

        def seen(done: int, chunks: int) -> None:
            bar.update(task, completed=done, total=chunks)

        return run(api, sent, dry_run=False, progress=seen)


def _bad_rows(api: Api, import_id: str) -> list[str]:
    text = errors_of(api, import_id).decode("utf-8-sig")
    return [row["import_row"] for row in csv.DictReader(text.splitlines())]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
