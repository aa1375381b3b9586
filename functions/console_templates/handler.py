"""`/console/templates…`: messages with merge fields: their editor with preview, how they look to a
person, versions."""

from pathlib import Path

from shared.console.entry import Console
from shared.marketing.templates.repository import head_of
from shared.platform.auth import ROLES

from . import editing, listing, one, previews, versions
from .schemas import WRITERS

console = Console(Path(__file__).parent / "templates", "/console/templates")

console.get("/console/templates", *ROLES)(listing.listed)
console.get("/console/templates/new", *WRITERS)(editing.begun)
console.post("/console/templates/new", *WRITERS)(editing.made)
console.post("/console/templates/preview", *WRITERS)(previews.drafted)
console.post("/console/templates/check", *WRITERS)(previews.checked)
console.get("/console/templates/{template_id}", *ROLES, beside=head_of)(one.shown)
console.get("/console/templates/{template_id}/preview", *ROLES, beside=head_of)(previews.stored)
console.get("/console/templates/{template_id}/edit", *WRITERS, beside=head_of)(editing.edited)
console.post("/console/templates/{template_id}/edit", *WRITERS)(editing.saved)
console.post("/console/templates/{template_id}/archive", *WRITERS)(one.archived)
console.post("/console/templates/{template_id}/tests", *WRITERS)(one.tried)
console.get("/console/templates/{template_id}/versions", *ROLES)(versions.listed)
console.post("/console/templates/{template_id}/rollback", *WRITERS)(versions.rolled_back)

handle = console
