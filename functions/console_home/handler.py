"""`/console`: what needs somebody now."""

from pathlib import Path

from shared.console.entry import Answer, Console, PageRequest

console = Console(Path(__file__).parent / "templates", "/console")


@console.get("/console")
def home(request: PageRequest) -> Answer:
    """Hand-offs with their clocks, tasks, and what changed."""
    return request.page("home.html")


handle = console
