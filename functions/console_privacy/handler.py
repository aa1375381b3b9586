"""`/console/privacy…`: what people asked of us and what came of it, legal holds, who saw what, how
long things are kept, and which fields are kept from whom. Administrators only."""

from pathlib import Path

from shared.console.entry import Console
from shared.platform.auth import ADMIN

from . import access, asking, certificates, person, requests, retention

console = Console(Path(__file__).parent / "templates", "/console/privacy")

console.get("/console/privacy", ADMIN)(requests.listed)
console.get("/console/privacy/new", ADMIN)(asking.form)
console.post("/console/privacy/new", ADMIN)(asking.asked)
console.get("/console/privacy/requests/{request_id}", ADMIN)(requests.shown)
console.get("/console/privacy/requests/{request_id}/progress", ADMIN)(requests.progress)
console.get("/console/privacy/requests/{request_id}/file", ADMIN)(requests.fetched)
console.get("/console/privacy/requests/{request_id}/certificate", ADMIN)(certificates.shown)
console.get("/console/privacy/requests/{request_id}/certificate/file", ADMIN)(certificates.fetched)
console.get("/console/privacy/check", ADMIN)(certificates.form)
console.post("/console/privacy/check", ADMIN)(certificates.checked)
console.get("/console/privacy/contacts/{contact_id}", ADMIN)(person.shown)
console.get("/console/privacy/contacts/{contact_id}/holds", ADMIN)(person.holds)
console.post("/console/privacy/contacts/{contact_id}/holds", ADMIN)(person.held)
console.post("/console/privacy/contacts/{contact_id}/holds/{hold_id}/lift", ADMIN)(person.let_go)
console.get("/console/privacy/contacts/{contact_id}/looks", ADMIN)(person.looks)
console.get("/console/privacy/retention", ADMIN)(retention.form)
console.post("/console/privacy/retention", ADMIN)(retention.saved)
console.get("/console/privacy/fields", ADMIN)(access.form)
console.post("/console/privacy/fields", ADMIN)(access.saved)

handle = console
