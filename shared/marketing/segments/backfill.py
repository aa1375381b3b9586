"""Filling a segment after its rule was made or changed: every contact is looked at once.

All contacts are cut into eight parts, which are read side by side. The parts are written down in
the transaction that changes the definition, each with a timer; whoever works on one keeps moving
the timer on, and notes after each page how far it is. A worker that dies leaves a part whose
timer comes, and the next one goes on from there. It begins only when no process can know an older
definition any more: what changes before that is seen here, what changes after by events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from shared.customers.contacts.repository import customers
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled
from shared.platform import timers
from shared.platform.configuration import CACHE_SECONDS
from shared.platform.requests import Condition, Item, Key, Put, Update
from shared.platform.writes import ConditionFailed

from .membership import bring_up_to_date
from .repository import SHARDS, definitions_now, marketing, part_key

TIMER: Final = "segment_backfill"

PAGE: Final = 1_000
"""Items looked at in one read: what there is of some fifty contacts."""

_SETTLED: Final = timedelta(seconds=CACHE_SECONDS + 15)
"""After that every process knows of a change."""

_LEASE: Final = timedelta(minutes=6)
"""Longer than a worker lives."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a segment is being filled: contacts looked at, and parts done of all."""

    version: int
    looked_at: int
    parts_done: int
    parts: int = SHARDS

    @property
    def done(self) -> bool:
        """Whether every contact was looked at."""
        return self.parts_done == self.parts


def planned(segment_id: str, version: int, now: datetime) -> list[Put]:
    """Look at every contact for this version of a segment, whatever was under way before."""
    due = now + _SETTLED
    # Unconditional: they belong to a version, which is written once in the same transaction.
    return [
        Put(
            {
                **part_key(segment_id, one),
                "version": version,
                "revision": 1,
                "looked_at": 0,
                **_timer(segment_id, one, due),
            }
        )
        for one in range(SHARDS)
    ]


def fill_part(key: Key, now: datetime, seconds: float) -> bool:
    """Go on with a part, for about so many seconds; whether it is done.

    What is left is due at once, for the next tick of the timers. Raises `AlreadyHandled` when
    there is nothing to do or somebody else is at it.
    """
    item = marketing.get(key)
    if item is None or item.get("timer_due", "~") > f"{iso(now)}#~":
        raise AlreadyHandled("part_done")
    segment_id, number = item["pk"].removeprefix("SEGMENT#"), int(item["sk"].removeprefix("PART#"))
    item = _noted(item, _timer(segment_id, number, now + _LEASE))
    until = monotonic() + seconds
    while True:
        page = customers.scan(number, SHARDS, sk="CONTACT", limit=PAGE, after=item.get("after"))
        known = definitions_now()
        if segment_id not in known.by_id or known.by_id[segment_id].version != item["version"]:
            raise AlreadyHandled("definition_changed")
        contacts = [
            one["pk"].removeprefix("CONTACT#")
            for one in page.items
            if one["pk"].startswith("CONTACT#")
        ]
        bring_up_to_date(contacts, known.with_followers([segment_id]), now)
        seen = {"looked_at": item["looked_at"] + len(contacts)}
        if page.after is None:
            _noted(item, {**seen, "done_at": iso(now)})
            return True
        late = monotonic() > until
        due = now if late else now + _LEASE
        item = _noted(item, {**seen, "after": page.after, **_timer(segment_id, number, due)})
        if late:
            return False


def progress_of(segment_id: str) -> Progress | None:
    """How far the segment is; `None` where nothing was ever planned. One query."""
    parts = marketing.query_all(part_key(segment_id, 0)["pk"], begins="PART#", consistent=True)
    if not parts:
        return None
    return Progress(
        version=int(parts[0]["version"]),
        looked_at=sum(int(one["looked_at"]) for one in parts),
        parts_done=sum("done_at" in one for one in parts),
    )


def _noted(item: Item, changes: Mapping[str, Any]) -> Item:
    """The part as it is after a step. Raises `AlreadyHandled` when somebody else took it on."""
    step = Condition(
        "part_unchanged",
        "#revision = :step AND #version = :part_version",
        "one worker at a time goes on with a part, and only for the version it is of",
        {"step": item["revision"], "part_version": item["version"]},
    )
    after = {**item, **changes, "revision": item["revision"] + 1}
    done = "done_at" in changes
    key = {"pk": item["pk"], "sk": item["sk"]}
    gone = (*timers.ATTRIBUTES, "after") if done else ()
    values = {name: one for name, one in after.items() if name not in ("pk", "sk", *gone)}
    try:
        marketing.write(Update(key, set=values, remove=gone, condition=step))
    except ConditionFailed as refused:
        raise AlreadyHandled("part_taken") from refused
    return {**key, **values}


def _timer(segment_id: str, number: int, due: datetime) -> dict[str, str]:
    return timers.attributes(TIMER, due, f"{segment_id}.{number}")
