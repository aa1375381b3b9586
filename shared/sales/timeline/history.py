"""Everything about one lead, for the page that shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key
from shared.platform.requests import Item
from shared.sales.hand_offs.model import WAITING, HandOff
from shared.sales.hand_offs.repository import HAND_OFF
from shared.sales.hand_offs.repository import from_item as hand_off_from
from shared.sales.leads.aliases import MAX_HOPS
from shared.sales.leads.model import Lead
from shared.sales.leads.repository import from_item as lead_from
from shared.sales.leads.repository import lead_key, sales
from shared.sales.leads.trail import CHANGE
from shared.sales.scoring.explain import ScoreExplanation, explained
from shared.sales.scoring.ledger import from_item as ledger_from
from shared.sales.scoring.repository import Scored
from shared.sales.scoring.rule_sets import rules_in_force
from shared.sales.scoring.rules import RuleSet
from shared.sales.scoring.state import from_item as score_from
from shared.sales.tasks.listing import in_order
from shared.sales.tasks.model import Task
from shared.sales.tasks.repository import TASK
from shared.sales.tasks.repository import from_item as task_from

from .entries import entries_of, position
from .model import TimelineEntry

CHANGES_READ: Final = 500
ENTRIES_READ: Final = 1_500
"""So many changes and hand-offs, and so many tasks, submissions and points, the newest of each,
are read for a timeline; DynamoDB ends at 1 MB."""


@dataclass(frozen=True, slots=True)
class LeadHistory:
    """A lead and what happened to it.

    `score` explains the points now. `waiting` is the hand-off somebody is to act on. `tasks` are
    all of the lead's, open ones first. `entries` are a page of the timeline, newest first, `next`
    the cursor of older ones. `complete` is false where the lead did so much that the oldest
    points are not in the timeline; the score counts them all the same.
    """

    lead: Lead
    score: ScoreExplanation
    waiting: HandOff | None
    tasks: list[Task]
    entries: list[TimelineEntry]
    next: str | None
    complete: bool


def lead_history(
    lead_id: str, now: datetime, *, limit: int = 50, cursor: str | None = None
) -> LeadHistory:
    """Two queries, strongly read, and the scoring rules where they are not cached; two more for an address that joined the lead later.

    Raises `NotFound`, and `Rejected` for a foreign cursor.
    """
    items, complete = _read(lead_id)
    by_key = {item["sk"]: item for item in items}
    lead = lead_from(by_key["LEAD"])
    rules = rules_in_force(now)
    entries = entries_of(items, _labels(rules.value if rules else None))
    scope = f"history:{lead.lead_id}"
    if cursor:
        at = unseal(cursor, key("cursor"), scope)
        entries = [one for one in entries if position(one) < (at["at"], at["entry_id"])]
    rest = None
    if len(entries) > limit:
        last = entries[limit - 1]
        rest = seal({"at": last.at, "entry_id": last.entry_id}, key("cursor"), scope)
    score = by_key.get("SCORE")
    scored = Scored(lead, score_from(score), score or {})
    handed_over = by_key.get(scored.shown.get("hand_off_entry", ""))
    return LeadHistory(
        lead=lead,
        score=explained(scored, rules, now, ledger_from(handed_over) if handed_over else None),
        waiting=_waiting(items, lead),
        tasks=in_order(task_from(item) for item in items if item["sk"].startswith(TASK)),
        entries=entries[:limit],
        next=rest,
        complete=complete,
    )


def _read(lead_id: str) -> tuple[list[Item], bool]:
    """The items of the lead that an id now means, the lead's own among them."""
    for _ in range(MAX_HOPS):
        if not is_id("lead", lead_id):
            break
        pk = lead_key(lead_id)["pk"]
        # The ledger may be long: it comes last where it may be cut, and cuts nothing else off.
        first = sales.query(
            pk, between=(CHANGE, "LEAD"), forward=False, limit=CHANGES_READ, consistent=True
        )
        own = next((item for item in first.items if item["sk"] == "LEAD"), None)
        if own is None:
            break
        if "redirect_to" not in own:
            second = sales.query(
                pk, beyond="LEAD", forward=False, limit=ENTRIES_READ, consistent=True
            )
            whole = first.after is None and second.after is None
            return [*first.items, *second.items], whole
        lead_id = own["redirect_to"]
    raise NotFound("lead_not_found", "There is no such lead")


def _waiting(items: list[Item], lead: Lead) -> HandOff | None:
    found = (hand_off_from(item) for item in items if item["sk"].startswith(HAND_OFF))
    # Read newest first.
    latest = next(found, None)
    present = latest is not None and latest.cycle == lead.cycle and latest.state in WAITING
    return latest if present else None


def _labels(rules: RuleSet | None) -> dict[str, str]:
    if rules is None:
        return {}
    behaviour = {rule.id: rule.label for rule in rules.behaviour}
    return behaviour | {rule.id: rule.label for rule in rules.profile}
