"""`/console/contacts…`: the people everybody shares, one of them, and what may be done."""

from pathlib import Path

from shared.console.entry import Console
from shared.platform.auth import ROLES

from . import accounts, consents, contact, creation, dealings, glance, history, lists
from .schemas import MAY_EDIT
from .whose import own

console = Console(Path(__file__).parent / "templates", "/console/contacts")

console.get("/console/contacts", *ROLES)(lists.listed)
console.get("/console/contacts/new", *MAY_EDIT)(creation.typed_in)
console.post("/console/contacts/new", *MAY_EDIT)(creation.created)
console.get("/console/contacts/{contact_id}", *ROLES, beside=own)(contact.shown)
console.get("/console/contacts/{contact_id}/edit", *MAY_EDIT)(contact.form)
console.post("/console/contacts/{contact_id}/edit", *MAY_EDIT)(contact.changed)
console.post("/console/contacts/{contact_id}/delete", *MAY_EDIT)(contact.deleted)
console.post("/console/contacts/{contact_id}/restore", *MAY_EDIT)(contact.restored)
console.post("/console/contacts/{contact_id}/accounts", *MAY_EDIT)(accounts.joined)
console.post("/console/contacts/{contact_id}/accounts/{account_id}/leave", *MAY_EDIT)(accounts.left)
console.get("/console/contacts/{contact_id}/consents", *ROLES)(consents.shown)
console.post("/console/contacts/{contact_id}/consents", *MAY_EDIT)(consents.decided)
console.get("/console/contacts/{contact_id}/glance", *ROLES, beside=own)(glance.shown)
console.get("/console/contacts/{contact_id}/open", *ROLES, beside=own)(glance.waiting)
console.get("/console/contacts/{contact_id}/history", *ROLES, beside=own)(history.shown)
console.post("/console/contacts/{contact_id}/interactions", *MAY_EDIT)(dealings.logged)
console.post("/console/contacts/{contact_id}/promises/{promise_id}", *MAY_EDIT)(dealings.settled)

handle = console
