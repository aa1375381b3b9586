"""`/console/support…`: how support stands just now, what is to be feared of today, how it did, and
what agents say again and again."""

from pathlib import Path

from shared.console.entry import Console

from . import entries, live, report, today, versions
from .schemas import READERS, WRITERS

console = Console(Path(__file__).parent / "templates", "/console/support")

console.get("/console/support", *READERS)(live.shown)
console.get("/console/support/now", *READERS)(live.now)
console.get("/console/support/today", *READERS)(today.shown)
console.get("/console/support/report", *READERS)(report.shown)
console.get("/console/support/report.csv", *READERS)(report.as_file)
console.get("/console/support/canned/{kind}", *READERS)(entries.listed)
console.get("/console/support/canned/{kind}/new", *WRITERS)(entries.begun)
console.post("/console/support/canned/{kind}/new", *WRITERS)(entries.added)
console.get("/console/support/canned/{kind}/versions", *READERS)(versions.listed)
console.get("/console/support/canned/{kind}/versions/{number}", *READERS)(versions.shown)
console.post("/console/support/canned/{kind}/versions/{number}/rollback", *WRITERS)(
    versions.rolled_back
)
console.get("/console/support/canned/{kind}/edit/{entry_id}", *WRITERS)(entries.form)
console.post("/console/support/canned/{kind}/edit/{entry_id}", *WRITERS)(entries.changed)

handle = console
