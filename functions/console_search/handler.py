"""`/console/search`: who is meant by what somebody typed into the search box of every page."""

from pathlib import Path

from shared.console.entry import Console
from shared.platform.auth import ROLES

from . import results

console = Console(Path(__file__).parent / "templates", "/console/search")

console.get("/console/search", *ROLES)(results.shown)

handle = console
