"""`/console/fields…`: custom fields of contacts and accounts; `/console/channels…`: the ways people
and the company meet, and what came of each."""

from pathlib import Path

from shared.console.entry import Console
from shared.platform.auth import ADMIN, ROLES

from . import channels, fields, report
from .schemas import FIELD_WRITERS, MAY_SEE_RESULTS

console = Console(Path(__file__).parent / "templates", "/console/fields", "/console/channels")

console.get("/console/fields", *ROLES, beside=fields.where)(fields.first)
console.get("/console/fields/{noun}", *ROLES, beside=fields.where)(fields.listed)
console.get("/console/fields/{noun}/new", *FIELD_WRITERS)(fields.new)
console.post("/console/fields/{noun}/new", *FIELD_WRITERS)(fields.added)
console.get("/console/fields/{noun}/{name}/edit", *FIELD_WRITERS)(fields.form)
console.post("/console/fields/{noun}/{name}/edit", *FIELD_WRITERS)(fields.changed)
console.post("/console/fields/{noun}/{name}/move", *FIELD_WRITERS)(fields.moved)
console.post("/console/fields/{noun}/{name}/retire", *FIELD_WRITERS)(fields.retired)
console.get("/console/channels", *ROLES)(channels.listed)
console.get("/console/channels/new", ADMIN)(channels.new)
console.post("/console/channels/new", ADMIN)(channels.added)
console.get("/console/channels/{channel_id}/edit", ADMIN)(channels.form)
console.post("/console/channels/{channel_id}/edit", ADMIN)(channels.changed)
console.post("/console/channels/{channel_id}/retire", ADMIN)(channels.retired)
console.get("/console/channels/report", *MAY_SEE_RESULTS)(report.shown)
console.get("/console/channels/report/export", *MAY_SEE_RESULTS)(report.exported)

handle = console
