"""`/console/segments…`: who belongs together by rule: the builder with its count, members and why,
versions."""

from pathlib import Path

from shared.console.entry import Console
from shared.marketing.segments.repository import head_of
from shared.platform.auth import ROLES

from . import building, listing, one, versions
from .schemas import WRITERS

console = Console(Path(__file__).parent / "templates", "/console/segments")

console.get("/console/segments", *ROLES, ahead=listing.counts)(listing.listed)
console.get("/console/segments/new", *WRITERS)(building.begun)
console.post("/console/segments/new", *WRITERS)(building.made)
console.post("/console/segments/count", *WRITERS)(building.counted)
console.get("/console/segments/{segment_id}", *ROLES, beside=head_of)(one.shown)
console.get("/console/segments/{segment_id}/filling", *ROLES)(one.filling)
console.get("/console/segments/{segment_id}/members", *ROLES, beside=head_of)(one.members)
console.get("/console/segments/{segment_id}/why", *ROLES, beside=head_of)(one.why)
console.post("/console/segments/{segment_id}/archive", *WRITERS)(one.archived)
console.get("/console/segments/{segment_id}/edit", *WRITERS, beside=head_of)(building.edited)
console.post("/console/segments/{segment_id}/edit", *WRITERS)(building.saved)
console.get("/console/segments/{segment_id}/versions", *ROLES)(versions.listed)
console.post("/console/segments/{segment_id}/rollback", *WRITERS)(versions.rolled_back)

handle = console
