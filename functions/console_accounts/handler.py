"""`/console/accounts…`: companies and households, who belongs to them, and what they are part of."""

from pathlib import Path

from shared.console.entry import Console
from shared.customers.accounts.repository import where
from shared.platform.auth import ROLES

from . import account, creation, lists, members
from .schemas import MAY_EDIT

console = Console(Path(__file__).parent / "templates", "/console/accounts")

console.get("/console/accounts", *ROLES)(lists.listed)
console.get("/console/accounts/new", *MAY_EDIT)(creation.typed_in)
console.post("/console/accounts/new", *MAY_EDIT)(creation.created)
console.get("/console/accounts/{account_id}", *ROLES)(account.shown)
console.get("/console/accounts/{account_id}/edit", *MAY_EDIT)(account.form)
console.post("/console/accounts/{account_id}/edit", *MAY_EDIT)(account.changed)
console.post("/console/accounts/{account_id}/delete", *MAY_EDIT)(account.deleted)
console.post("/console/accounts/{account_id}/restore", *MAY_EDIT)(account.restored)
console.get("/console/accounts/{account_id}/contacts", *ROLES, beside=where)(members.shown)
console.get("/console/accounts/{account_id}/below", *ROLES)(members.below)
console.post("/console/accounts/{account_id}/contacts", *MAY_EDIT)(members.joined)
console.post("/console/accounts/{account_id}/main-contact", *MAY_EDIT)(members.named)

handle = console
