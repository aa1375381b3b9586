"""Trying rules out on the last thirty days: "41 more hand-offs, 9 of which sales rejected".

Planned into pages up front, four per month of creation; each page is a message, and its stored
result is its receipt. The answer is the sum of the results.

| entity (table `sales`) | pk | sk |
|---|---|---|
| dry run: both rule sets, the time looked at, how many pages | `DRY_RUN#<id>` | `DRY_RUN` |
| result of one page | `DRY_RUN#<id>` | `PAGE#<yyyy-mm>#<week>` |

| question | key | asked by |
|---|---|---|
| a dry run and its results so far | table | scoring_rules, scoring_dry_run |
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel

from shared.kernel.clock import iso
from shared.kernel.errors import NotFound
from shared.platform.idempotency import record_id, request_hash, same_request
from shared.platform.queues import send_all
from shared.platform.requests import Condition, Item, Put
from shared.platform.settings import settings
from shared.platform.writes import ConditionFailed

from .repository import sales
from .rule_sets import active_rules, check, rule_set
from .rules import RuleSet

DAYS: Final = 30
MONTHS: Final = 36
"""Leads created in this many months, the present one included, are looked at."""

WEEKS: Final = (("01", "08"), ("09", "16"), ("17", "24"), ("25", "31"))
"""The days of a month that a page each covers."""

SAMPLES: Final = 10
_KEPT: Final = timedelta(days=90)

COUNTS: Final = (
    "leads",
    "active_hand_offs",
    "candidate_hand_offs",
    "extra",
    "extra_rejected",
    "fewer",
)
LISTS: Final = ("extra_leads", "extra_rejected_leads", "fewer_leads")


class DryRun(BaseModel):
    """A dry run. The counts are of the pages done so far; `state` is `done` when all are.

    `extra`: hand-offs there would have been on top, `extra_rejected` those of them whose lead
    sales turned down, `fewer`: hand-offs there would not have been. The lists are samples.
    """

    dry_run_id: str
    state: str
    pages: int
    pages_done: int
    since: str
    until: str
    active_version: int
    candidate_version: int | None
    summary: str
    leads: int
    active_hand_offs: int
    candidate_hand_offs: int
    extra: int
    extra_rejected: int
    fewer: int
    extra_leads: list[str]
    extra_rejected_leads: list[str]
    fewer_leads: list[str]


def start_dry_run(
    *, by: str, now: datetime, body: bytes, idempotency_key: str | None,
    rules: RuleSet | None = None, version: int | None = None,
) -> DryRun:  # fmt: skip
    """Plan a dry run of `rules` or of a stored `version` against the rules in force.

    With an `Idempotency-Key` the same request again gives the same dry run. Raises `Rejected`
    for rules that contradict themselves, `NotFound` for an unknown version.
    """
    if rules is not None:
        check(rules)
    candidate = rules if rules is not None else rule_set(version or 0).value
    active = active_rules(now)
    run_id = record_id("dry_run", by, idempotency_key, now)
    run: Item = {
        **_key(run_id),
        "dry_run_id": run_id,
        "candidate": candidate.model_dump_json(),
        "active": active.value.model_dump_json(),
        "active_version": active.number,
        "since": iso(now - timedelta(days=DAYS)),
        "until": iso(now),
        "pages": MONTHS * len(WEEKS),
        "requested_by": by,
        "request_hash": request_hash(body),
        "expires_at": int((now + _KEPT).timestamp()),
        **({"candidate_version": version} if rules is None else {}),
    }
    try:
        sales.write(Put(run, condition=_new("dry_run_new")))
    except ConditionFailed as known:
        run = known.found(0) or run
        same_request(run, body)
    # Also when it is known already: the first request may have died before it got here, and a
    # page that comes twice finds its result stored.
    send_all(settings().need("dry_run_queue_url"), _pages(run_id, run["until"]))
    return _told(run, [])


def dry_run(run_id: str) -> DryRun:
    """A dry run as far as it has come. Raises `NotFound`."""
    items = sales.query_all(f"DRY_RUN#{run_id}", consistent=True)
    if not items or items[0]["sk"] != "DRY_RUN":
        raise _unknown()
    return _told(items[0], items[1:])


def planned(run_id: str) -> Item:
    """The dry run's own item. Raises `NotFound` when it is gone."""
    if (run := sales.get(_key(run_id))) is None:
        raise _unknown()
    return run


def save_page(run: Item, month: str, week: int, result: Item) -> None:
    """Store the result of a page, once."""
    page = {
        **_key(run["dry_run_id"]),
        "sk": f"PAGE#{month}#{week}",
        "expires_at": run["expires_at"],
        **result,
    }
    try:
        sales.write(Put(page, condition=_new("page_not_done")))
    except ConditionFailed:
        # Delivered again: the result that is stored counts.
        return


def _pages(run_id: str, until: str) -> Iterator[dict[str, Any]]:
    year, month = int(until[:4]), int(until[5:7])
    for back in range(MONTHS):
        years, zero_based = divmod(year * 12 + month - 1 - back, 12)
        for week in range(len(WEEKS)):
            name = f"{years:04d}-{zero_based + 1:02d}"
            yield {"dry_run_id": run_id, "month": name, "week": week}


def _told(run: Item, pages: list[Item]) -> DryRun:
    counts = {name: sum(page[name] for page in pages) for name in COUNTS}
    samples = {name: [one for page in pages for one in page[name]][:SAMPLES] for name in LISTS}
    return DryRun(
        dry_run_id=run["dry_run_id"],
        state="done" if len(pages) == run["pages"] else "running",
        pages=run["pages"],
        pages_done=len(pages),
        since=run["since"],
        until=run["until"],
        active_version=run["active_version"],
        candidate_version=run.get("candidate_version"),
        summary=summary(counts["extra"], counts["extra_rejected"], counts["fewer"]),
        **counts,
        **samples,
    )


def summary(extra: int, rejected: int, fewer: int) -> str:
    """The result in a sentence."""
    more = f"{extra} more hand-off{'s' if extra != 1 else ''}, {rejected} of which sales rejected"
    return f"{more}; {fewer} fewer" if fewer else more


def _new(name: str) -> Condition:
    return Condition(name, "attribute_not_exists(#pk)", "asking again must not start over")


def _key(run_id: str) -> dict[str, str]:
    return {"pk": f"DRY_RUN#{run_id}", "sk": "DRY_RUN"}


def _unknown() -> NotFound:
    return NotFound("dry_run_not_found", "There is no such dry run")
