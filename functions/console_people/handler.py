"""`/console/people…`: who works here, in which team, when; leave; inviting and disabling."""

from pathlib import Path
from typing import Final

from shared.console.entry import Console
from shared.platform.auth import ADMIN

from . import leave, people, person, teams

console = Console(Path(__file__).parent / "templates", "/console/people")

_MANAGERS: Final = ("sales_manager",)

console.get("/console/people")(people.listed)
console.get("/console/people/new", ADMIN)(people.new)
console.post("/console/people/new", ADMIN)(people.invited)

console.get("/console/people/teams")(teams.listed)
console.get("/console/people/teams/new", *_MANAGERS)(teams.new)
console.post("/console/people/teams/new", *_MANAGERS)(teams.made)
console.get("/console/people/teams/{team_id}", *_MANAGERS)(teams.shown)
console.post("/console/people/teams/{team_id}", *_MANAGERS)(teams.changed)

console.get("/console/people/{staff_id}")(person.shown)
console.get("/console/people/{staff_id}/edit", *_MANAGERS)(person.form)
console.post("/console/people/{staff_id}/edit", *_MANAGERS)(person.changed)
console.post("/console/people/{staff_id}/invite", ADMIN)(person.invited_again)
console.post("/console/people/{staff_id}/disable", ADMIN)(person.disabled)
console.post("/console/people/{staff_id}/enable", ADMIN)(person.enabled)
console.post("/console/people/{staff_id}/leave")(leave.added)
console.post("/console/people/{staff_id}/leave/remove")(leave.removed)

handle = console
