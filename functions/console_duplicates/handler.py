"""`/console/duplicates…`: records that may be of one person, making them one, and two again."""

from pathlib import Path

from shared.console.entry import Console

from . import comparison, merges, pairs
from .schemas import MERGERS, REVIEWERS

console = Console(Path(__file__).parent / "templates", "/console/duplicates")

console.get("/console/duplicates", *REVIEWERS, ahead=pairs.where)(pairs.listed)
console.post("/console/duplicates/{pair_id}/dismissal", *REVIEWERS)(pairs.dismissed)
console.get("/console/duplicates/of/{contact_id}", *REVIEWERS)(pairs.of_contact)
console.get("/console/duplicates/compare", *MERGERS)(comparison.shown)
console.get("/console/duplicates/effects", *MERGERS)(comparison.effects)
console.post("/console/duplicates/compare", *MERGERS)(comparison.merged)
console.get("/console/duplicates/merges", *MERGERS)(merges.listed)
console.get("/console/duplicates/merges/of/{contact_id}", *MERGERS)(merges.of_contact)
console.get("/console/duplicates/merges/{merge_id}", *MERGERS)(merges.shown)
console.post("/console/duplicates/merges/{merge_id}/undo", *MERGERS)(merges.undone)

handle = console
