"""`/console/leads…`: lists of leads, one lead with all that is known of it, and what to do."""

from pathlib import Path
from typing import Final

from shared.console.entry import Console
from shared.platform.auth import ROLES
from shared.sales.hand_offs.options import MOVERS

from . import creation, lead, lists, queue, score
from .schemas import MAY_ADD, MAY_EXPLAIN

console = Console(Path(__file__).parent / "templates", "/console/leads")

NEW: Final = "/console/leads/new"

console.get("/console/leads", *ROLES)(lists.everybodys)
console.get("/console/leads/mine", *MOVERS)(lists.own)
console.get("/console/leads/unassigned", *MOVERS)(queue.unassigned)
console.post("/console/leads/assign", "sales_manager")(queue.assigned)
console.get("/console/leads/export", *ROLES)(lists.exported)
console.post("/console/leads/views", *ROLES)(lists.kept)
console.post("/console/leads/views/{view_id}/remove", *ROLES)(lists.given_up)
console.get(NEW, *MAY_ADD)(creation.typed_in)
console.post(NEW, *MAY_ADD)(creation.created)
console.get("/console/leads/{lead_id}", *ROLES)(lead.shown)
console.get("/console/leads/{lead_id}/customer", *ROLES)(lead.customer)
console.post("/console/leads/{lead_id}/facts", *MAY_ADD)(lead.changed)
console.post("/console/leads/{lead_id}/move", *MOVERS)(lead.moved)
console.post("/console/leads/{lead_id}/tasks", *MAY_ADD)(lead.planned)
console.post("/console/leads/{lead_id}/tasks/{task_id}/done", *MAY_ADD)(lead.done)
console.get("/console/leads/{lead_id}/score", *MAY_EXPLAIN)(score.explained)
console.get("/console/leads/{lead_id}/course", *MAY_EXPLAIN)(score.drawn)

handle = console
