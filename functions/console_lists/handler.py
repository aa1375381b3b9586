"""`/console/lists…`: lists of people and who is on them; `/console/exports…`: people written to
files."""

from pathlib import Path

from shared.console.entry import Console
from shared.customers.exports.exporting import MAY_EXPORT
from shared.platform.auth import ROLES

from . import exports, lists, members
from .schemas import MAY_EDIT

console = Console(Path(__file__).parent / "templates", "/console/lists", "/console/exports")

console.get("/console/lists", *ROLES, ahead=lists.where)(lists.listed)
console.get("/console/lists/new", *MAY_EDIT)(lists.form)
console.post("/console/lists/new", *MAY_EDIT)(lists.created)
console.get("/console/lists/{list_id}", *ROLES)(members.shown)
console.post("/console/lists/{list_id}/name", *MAY_EDIT)(members.renamed)
console.post("/console/lists/{list_id}/delete", *MAY_EDIT)(members.given_up)
console.post("/console/lists/{list_id}/members", *MAY_EDIT)(members.added)
console.post("/console/lists/{list_id}/removals", *MAY_EDIT)(members.taken_off)
console.get("/console/exports", *MAY_EXPORT)(exports.listed)
console.get("/console/exports/new", *MAY_EXPORT)(exports.form)
console.post("/console/exports/new", *MAY_EXPORT)(exports.requested)
console.get("/console/exports/{export_id}", *MAY_EXPORT)(exports.shown)
console.get("/console/exports/{export_id}/progress", *MAY_EXPORT)(exports.progress)
console.get("/console/exports/{export_id}/file", *MAY_EXPORT)(exports.fetched)

handle = console
