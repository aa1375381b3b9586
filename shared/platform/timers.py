"""Deadlines: an entity that waits for an instant carries it, and is found when it has come.

The item holds `timer_shard`, `timer_due` and `timer_kind`; the sparse index `by_timer` sorts a
shard by time. `timer_dispatch` looks once a minute which shards have something due and queues one
job per shard; `timer_deliver` hands the keys to the queue of their kind; its consumer reads the
item again, acts once and clears the attributes. A timer that fires twice, early or late is
therefore harmless, and setting one costs no second write.
"""

from datetime import datetime
from typing import Final
from zlib import crc32

from shared.kernel.clock import iso, parse_instant

from .queues import send_all
from .requests import Condition, Put
from .settings import NAMES, settings
from .tables import IndexSpec, Page, Table
from .writes import ConditionFailed

SHARDS: Final = 16
INDEX: Final = IndexSpec("by_timer", "timer_shard", "timer_due", include=("timer_kind",))
ATTRIBUTES: Final = ("timer_shard", "timer_due", "timer_kind")
"""Remove these to clear a timer."""

PER_PAGE: Final = 1_000
PAGES_PER_JOB: Final = 10
"""Bounds what is handed over per shard and minute; the rest stays due and comes next minute."""

_LAST_RUN: Final = {"pk": "TIMER_RUN", "sk": "LAST"}


class UnknownTimer(Exception):
    """Timers of these kinds have no queue. They stay due and everything else was delivered."""


def attributes(kind: str, due: datetime, entity: str) -> dict[str, str]:
    """The attributes that make an item come up at `due` as `kind`. `entity` is its id."""
    shard = crc32(entity.encode()) % SHARDS
    return {
        "timer_shard": _shard(shard),
        "timer_due": f"{iso(due)}#{entity}",
        "timer_kind": kind,
    }


def dispatch(table: Table, now: datetime) -> int:
    """Queue one job per shard of `table` with something due; returns how many. No write."""
    jobs = [
        {"table": table.spec.name, "shard": shard}
        for shard in range(SHARDS)
        if table.query(_shard(shard), index=INDEX.name, before=_until(now), limit=1).items
    ]
    send_all(settings().need("timer_queue_url"), jobs)
    return len(jobs)


def deliver(table: Table, shard: int, now: datetime) -> int:
    """Hand what is due in one shard to the queues of its kinds; returns how many.

    Raises `UnknownTimer` at the end if some have no queue, so that nobody else waits for them.
    """
    by_kind: dict[str, list[dict[str, str]]] = {}
    page = Page()
    for _ in range(PAGES_PER_JOB):
        page = table.query(
            _shard(shard), index=INDEX.name, before=_until(now), limit=PER_PAGE, after=page.after
        )
        for item in page.items:
            key = {"pk": item["pk"], "sk": item["sk"], "due": item["timer_due"]}
            by_kind.setdefault(item["timer_kind"], []).append(key)
        if page.after is None:
            break
    unknown = [kind for kind in by_kind if f"{kind}_queue_url" not in NAMES]
    for kind in unknown:
        del by_kind[kind]
    for kind, keys in by_kind.items():
        send_all(settings().need(f"{kind}_queue_url"), keys)
    if unknown:
        raise UnknownTimer(", ".join(unknown))
    return sum(map(len, by_kind.values()))


def note_run(table: Table, now: datetime) -> None:
    """Remember that deadlines of `table` were looked for at `now`: silence would look like having
    none."""
    newer = Condition(
        "run_newer",
        "attribute_not_exists(#ran_at) OR #ran_at < :now",
        "a run that was slow must not hide a later one",
        {"now": iso(now)},
    )
    try:
        table.write(Put({**_LAST_RUN, "ran_at": iso(now)}, newer))
    except ConditionFailed:
        return


def last_run(table: Table) -> datetime | None:
    """When deadlines of `table` were last looked for; `None`: never. One read."""
    item = table.get(_LAST_RUN)
    return parse_instant(item["ran_at"]) if item else None


def _shard(number: int) -> str:
    return f"TIMER#{number:02d}"


def _until(now: datetime) -> str:
    return f"{iso(now)}#~"
