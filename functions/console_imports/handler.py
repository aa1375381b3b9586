"""`/console/imports…`: files of people: sent, mapped, tried out, started, followed, taken back."""

from pathlib import Path

from shared.console.entry import Console

from . import beginning, lists, mapping, one, rows
from .schemas import MAY_IMPORT

console = Console(Path(__file__).parent / "templates", "/console/imports")

console.get("/console/imports", *MAY_IMPORT, ahead=lists.where)(lists.listed)
console.get("/console/imports/new", *MAY_IMPORT)(beginning.form)
console.post("/console/imports/new", *MAY_IMPORT)(beginning.begun)
console.get("/console/imports/{import_id}", *MAY_IMPORT)(one.shown)
console.get("/console/imports/{import_id}/progress", *MAY_IMPORT)(one.progress)
console.post("/console/imports/{import_id}/format", *MAY_IMPORT)(mapping.read_anew)
console.post("/console/imports/{import_id}/mapping", *MAY_IMPORT)(mapping.mapped)
console.post("/console/imports/{import_id}/cancel", *MAY_IMPORT)(one.cancelled)
console.post("/console/imports/{import_id}/undo", *MAY_IMPORT)(one.undone)
console.get("/console/imports/{import_id}/rows", *MAY_IMPORT)(rows.told)
console.get("/console/imports/{import_id}/errors", *MAY_IMPORT)(rows.failed)

handle = console
