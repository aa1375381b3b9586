"""What waits just now, by queue and by person: counted as it happens, some seconds behind."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from shared.console.entry import Answer, PageRequest
from shared.console.names import names
from shared.support.figures.counting import NOBODY
from shared.support.figures.repository import present
from shared.support.queues.stored import queue_rules


class Waiting(NamedTuple):
    """How many tickets of a queue or a person wait for us, and for their customers."""

    key: str
    name: str
    with_us: int
    pending: int


_NONE: Final[Mapping[str, int]] = {}


def shown(request: PageRequest) -> Answer:
    """The page; what is to be feared of today comes after it."""
    return request.page("live.html", **_waiting(request))


def now(request: PageRequest) -> Answer:
    """The figures once more: a part that renews itself."""
    return request.page("live.html" if request.whole else "now.html", **_waiting(request))


def _waiting(request: PageRequest) -> dict[str, Any]:
    rules, people = queue_rules(request.now), names(request.now)
    by_queue, by_agent = present("queue"), present("agent")
    known = {one.id: one.name for one in rules.queues}
    named = {**{one: one for one in by_queue}, **known}
    queues = [_one(key, name, by_queue.get(key, _NONE)) for key, name in named.items()]
    agents = [
        _one(key, "" if key == NOBODY else people.get(key, key), held)
        for key, held in by_agent.items()
    ]
    return {
        "queues": [one for one in queues if one.key in known or one.with_us or one.pending],
        "agents": sorted(
            (one for one in agents if one.with_us or one.pending),
            key=lambda one: (-one.with_us, -one.pending, one.name.casefold()),
        ),
        "with_us": sum(one.with_us for one in queues),
        "pending": sum(one.pending for one in queues),
        "unowned": next((one.with_us for one in agents if not one.name), 0),
        "queue": request.query.get("queue") or rules.default,
        "choices": list(known.items()),
    }


def _one(key: str, name: str, held: Mapping[str, int]) -> Waiting:
    return Waiting(key, name, held.get("with_us", 0), held.get("pending", 0))
