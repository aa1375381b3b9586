"""`/console/system…`: how the system is, what failed, and sending it back; administrators only."""

from pathlib import Path
from typing import Final

from shared.console.entry import Answer, Console, PageRequest
from shared.platform.auth import ADMIN
from shared.platform.health import failed_messages, send_back, system_health
from shared.platform.redriving import source_of
from shared.platform.tables import Table
from shared.sales.tables import SALES

from .wording import alarms, part

console = Console(Path(__file__).parent / "templates", "/console/system")

HOME: Final = "/console/system"
TIMERS: Final = Table(SALES)


@console.get(HOME, ADMIN)
def shown(request: PageRequest) -> Answer:
    """The page at once: how every part is takes a call for each of some sixty queues."""
    return request.page("system.html")


@console.get(f"{HOME}/state", ADMIN)
def state(request: PageRequest) -> Answer:
    """Alarms in plain words, then every part with what waits and what failed; asked for every half
    a minute while somebody looks."""
    health = system_health(TIMERS, request.now)
    stations = [(one, part(one.name)) for one in health.stations]
    stations.sort(key=lambda pair: (not pair[0].failed, pair[1].title))
    template = "system.html" if request.whole else "state.html"
    return request.page(template, health=health, alarms=alarms(health), stations=stations)


@console.get(f"{HOME}/failed/{{queue}}", ADMIN)
def failures(request: PageRequest, queue: str) -> Answer:
    """The oldest failures of one part, without what they say about people."""
    found = failed_messages(queue)
    return request.page("failed.html", queue=queue, found=found, part=part(source_of(queue)))


@console.post(f"{HOME}/failed/{{queue}}/redrive", ADMIN)
def redriven(request: PageRequest, queue: str) -> Answer:
    """Send failures back to where they failed."""
    moved, left = send_back(queue)
    done = f"{moved} sent back" if moved else "Nothing was left to send back"
    if left:
        return request.redirect(f"{HOME}/failed/{queue}", done=f"{done}, about {left} are left")
    return request.redirect(HOME, done=done)


handle = console
