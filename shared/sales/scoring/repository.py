"""Where scores are kept (table `sales`).

| entity | pk | sk |
|---|---|---|
| score: the ledger folded, and the figures last shown | `LEAD#<lead_id>` | `SCORE` |
| ledger entry, written once, the receipt of its event | `LEAD#<lead_id>` | `LEDGER#<occurred_at>#<event_id>` |

| question | key | asked by |
|---|---|---|
| the score of a lead, of many leads | table | scoring_update, score_query, lead_update, hand_off_timeout |
| a lead's ledger, oldest first | table, `LEDGER#` | score_query (`as_of`), scoring_dry_run |
"""

from collections.abc import Sequence

from shared.kernel.events import DomainEvent
from shared.platform.requests import Condition, Item, Put, Update
from shared.platform.tables import Table
from shared.sales.tables import SALES

from . import ledger
from .ledger import Entry
from .state import ScoreState, to_attributes

sales = Table(SALES)


def score_key(lead_id: str) -> dict[str, str]:
    """The key of a lead's score item."""
    return {"pk": f"LEAD#{lead_id}", "sk": "SCORE"}


def save_op(
    lead_id: str, state: ScoreState, shown: Item, events: Sequence[DomainEvent] = ()
) -> Update:
    """Store `state` as the successor of version `state.version - 1`.

    `shown` are the figures that go with it: `fit`, `engagement`, `score`, `threshold` and more.
    """
    before = state.version - 1
    unchanged = Condition(
        "score_unchanged",
        "#version = :score_version" if before else "attribute_not_exists(#version)",
        "points are added to the state they were worked out from, or another writer's are lost",
        {"score_version": before} if before else {},
    )
    return Update(
        score_key(lead_id),
        set={"lead_id": lead_id, **to_attributes(state), **shown},
        condition=unchanged,
        events=events,
    )


def entry_op(lead_id: str, entry: Entry) -> Put:
    """Append `entry`."""
    first = Condition(
        "event_not_scored",
        "attribute_not_exists(#pk)",
        "an event counts once, however often it is delivered",
    )
    return Put(ledger.to_item(lead_id, entry), condition=first)


def ledger_of(lead_id: str) -> list[Entry]:
    """Every entry of a lead, oldest first. A strong read: it must equal the score item."""
    items = sales.query_all(f"LEAD#{lead_id}", begins="LEDGER#", consistent=True)
    return [ledger.from_item(item) for item in items]
