"""`/console/tickets…`: whom to answer first, one ticket with all that was said, and what to do."""

from pathlib import Path

from shared.console.entry import Console

from . import answering, calling, canned, customer, files, joining, lists, moving, opening, ticket
from .schemas import CALLED, READERS, WORKERS
from .whose import message, own

console = Console(Path(__file__).parent / "templates", "/console/tickets")

console.get("/console/tickets", *READERS)(lists.everybodys)
console.get("/console/tickets/mine", *READERS)(lists.own)
console.post("/console/tickets/assign", *WORKERS)(lists.assigned)
console.post("/console/tickets/uploads", *WORKERS)(files.announced)
console.get("/console/tickets/call", *CALLED)(calling.asked)
console.get("/console/tickets/call/{digits}", *CALLED, beside=calling.claim)(calling.shown)
console.get("/console/tickets/new", *WORKERS)(opening.typed_in)
console.post("/console/tickets/new", *WORKERS)(opening.opened)
console.get("/console/tickets/new/whose", *WORKERS)(opening.identified)
console.get("/console/tickets/of/{contact_id}", *READERS, beside=customer.record)(customer.shown)
console.get("/console/tickets/{ticket_id}", *READERS)(ticket.shown)
console.get("/console/tickets/{ticket_id}/course", *READERS, beside=own)(ticket.course)
console.get("/console/tickets/{ticket_id}/canned", *WORKERS, beside=own)(canned.at_hand)
console.post("/console/tickets/{ticket_id}/macro", *WORKERS)(canned.used)
console.post("/console/tickets/{ticket_id}/presence", *WORKERS)(ticket.present)
console.post("/console/tickets/{ticket_id}/messages", *WORKERS)(answering.said)
console.post("/console/tickets/{ticket_id}/move", *WORKERS)(moving.moved)
console.post("/console/tickets/{ticket_id}/priority", *WORKERS)(moving.prioritised)
console.post("/console/tickets/{ticket_id}/owner", *WORKERS)(moving.assigned)
console.post("/console/tickets/{ticket_id}/facts", *WORKERS)(moving.changed)
console.post("/console/tickets/{ticket_id}/escalate", *WORKERS)(moving.escalated)
console.post("/console/tickets/{ticket_id}/merge", *WORKERS)(joining.merged)
console.post("/console/tickets/{ticket_id}/split", *WORKERS)(joining.split_off)
console.get("/console/tickets/{ticket_id}/files/{file_id}", *READERS)(files.fetched)
console.get("/console/tickets/{ticket_id}/html/{sequence}", *READERS, beside=message)(files.as_sent)

handle = console
