"""How the system is: what waits, what failed, what could not be published, and the timer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from pydantic import BaseModel

from shared.kernel.errors import NotFound

from .aws import client
from .json_api import SQS
from .redriving import (
    FailedMessage,
    Queues,
    dead_letters_of,
    is_dead_letter,
    look,
    redrive,
    source_of,
)
from .settings import settings
from .tables import Table
from .timers import last_run

TIMER_LATE: Final = timedelta(minutes=3)
"""The timer runs every minute; one run may fail and the next be slow."""

AT_ONCE: Final = 200
"""Messages sent back per request: about three seconds."""

_COUNTED: Final = 1_000
_COUNTED_EVERY_SECONDS: Final = 60
_DEPTH: Final = {
    "waiting": "ApproximateNumberOfMessages",
    "in_work": "ApproximateNumberOfMessagesNotVisible",
}


class Station(BaseModel):
    """A queue with its failures; or only failures, of a function or of rules of the bus, which
    have no queue (`waiting` is `None`). `failed_queue` is what to redrive."""

    name: str
    waiting: int | None = None
    in_work: int | None = None
    failed: int
    failed_queue: str
    oldest_failed_at: datetime | None = None


class Parked(BaseModel):
    """Events nobody could publish, kept in the bucket; `more` than were counted, perhaps."""

    count: int
    more: bool


class Timer(BaseModel):
    """When deadlines were last looked for, and whether that is too long ago."""

    last_run_at: datetime | None
    late: bool


class Health(BaseModel):
    """All of it. `healthy`: nothing failed, nothing is parked, the timer runs."""

    healthy: bool
    stations: list[Station]
    parked: Parked
    timer: Timer


def system_health(timers: Table, now: datetime) -> Health:
    """The state of everything asynchronous. `timers` is the table whose deadlines are watched.

    One call per queue, one more per dead-letter queue that is not empty, and two. What is parked
    is counted once a minute at most.
    """
    queues = system_queues()
    stations = [_station(queues, dead) for dead in queues.dead_letters]
    parked, ran = _parked(int(now.timestamp()) // _COUNTED_EVERY_SECONDS), last_run(timers)
    timer = Timer(last_run_at=ran, late=ran is None or now - ran > TIMER_LATE)
    healthy = not (timer.late or parked.count or any(one.failed for one in stations))
    return Health(healthy=healthy, stations=stations, parked=parked, timer=timer)


def failed_messages(queue: str) -> list[FailedMessage]:
    """Up to ten messages of a dead-letter queue, oldest first, without anything personal.
    Raises `NotFound` for any other queue."""
    return look(*_dead(queue))


def send_back(queue: str) -> tuple[int, int]:
    """Send messages of a dead-letter queue back to where they failed: how many went, and about
    how many are left. No more than were there at the beginning, as some may fail again at once.
    Raises `NotFound` for any other queue."""
    queues, dead = _dead(queue)
    there = _depth(queues, dead)["waiting"]
    moved = redrive(queues, dead, at_most=min(there, AT_ONCE)) if there else 0
    return moved, max(there - moved, 0)


def system_queues() -> Queues:
    """This stage's queues, by the settings."""
    known = settings()
    return Queues(
        client=client,
        url_prefix=known.need("timer_queue_url").removesuffix("timer-shards"),
        function_prefix=f"crm-{known.need('stage')}-",
        nouns=known.need("queues").split(),
    )


def _dead(queue: str) -> tuple[Queues, str]:
    queues = system_queues()
    if queue not in queues.nouns or not is_dead_letter(queue):
        raise NotFound("queue_not_found", "There is no dead-letter queue of that name")
    return queues, queue


def _station(queues: Queues, dead: str) -> Station:
    name = source_of(dead)
    own = _depth(queues, name) if name in queues.nouns else {}
    failed = _depth(queues, dead)["waiting"]
    oldest = min((one.sent_at for one in look(queues, dead)), default=None) if failed else None
    return Station(
        name=name,
        failed=failed,
        failed_queue=dead_letters_of(name),
        oldest_failed_at=oldest,
        **own,
    )


def _depth(queues: Queues, noun: str) -> Mapping[str, int]:
    answer = SQS.call(
        "GetQueueAttributes", QueueUrl=queues.url(noun), AttributeNames=list(_DEPTH.values())
    )
    return {name: int(answer["Attributes"][attribute]) for name, attribute in _DEPTH.items()}


@lru_cache(maxsize=1)
def _parked(_: int) -> Parked:
    # Listing a bucket is dearer than all else here, and what is parked stays for days.
    answer = client("s3").list_objects_v2(Bucket=settings().need("parked_bucket"), MaxKeys=_COUNTED)
    return Parked(count=int(answer["KeyCount"]), more=bool(answer["IsTruncated"]))
