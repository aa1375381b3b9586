"""Where scores are kept (table `sales`).

| entity | pk | sk |
|---|---|---|
| score: the ledger folded, and the figures last shown | `LEAD#<lead_id>` | `SCORE` |
| ledger entry, written once, the receipt of its event | `LEAD#<lead_id>` | `LEDGER#<occurred_at>#<event_id>` |

| question | key | asked by |
|---|---|---|
| the score of a lead, of many leads | table | scoring_update, score_query, lead_update, hand_off_timeout |
| why a lead was handed over last | table | score_query |
| a lead's ledger, oldest first | table, `LEDGER#` | score_query (`as_of`), scoring_dry_run |
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.kernel.events import DomainEvent
from shared.platform.requests import Condition, Item, Put, Update
from shared.platform.tables import Table
from shared.sales.leads import repository as leads
from shared.sales.leads.model import Lead
from shared.sales.tables import SALES

from . import ledger
from .ledger import Entry
from .state import ScoreState, from_item, to_attributes

sales = Table(SALES)


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead and its score as stored. `shown` is the whole score item, `{}` when there is none."""

    lead: Lead
    state: ScoreState
    shown: dict[str, Any]


def score_key(lead_id: str) -> dict[str, str]:
    """The key of a lead's score item."""
    return {"pk": f"LEAD#{lead_id}", "sk": "SCORE"}


def load_many(lead_ids: Iterable[str]) -> dict[str, Scored]:
    """The leads among `lead_ids` with their scores, by the id asked for. Strong reads.

    Follows an id whose address now belongs to another lead. One call for fifty leads; one more
    when some were moved. Leads that are gone are left out.
    """
    wanted = {lead_id: lead_id for lead_id in lead_ids}
    found: dict[str, Scored] = {}
    items: dict[tuple[str, str], Item] = {}
    while fresh := {lead_id for lead_id in wanted.values() if (_pk(lead_id), "LEAD") not in items}:
        keys = [key for one in sorted(fresh) for key in (leads.lead_key(one), score_key(one))]
        items |= {(_pk(one), "LEAD"): {} for one in fresh}
        items |= {(item["pk"], item["sk"]): item for item in sales.get_many(keys)}
        wanted = {asked: _followed(lead_id, items) for asked, lead_id in wanted.items()}
    for asked, lead_id in wanted.items():
        if "state" in (item := items[_pk(lead_id), "LEAD"]):
            score = items.get((_pk(lead_id), "SCORE"))
            found[asked] = Scored(leads.from_item(item), from_item(score), score or {})
    return found


def load(lead_id: str) -> Scored | None:
    """One lead with its score, followed like `load_many`; `None` when it is gone."""
    return load_many([lead_id]).get(lead_id)


def _followed(lead_id: str, items: Mapping[tuple[str, str], Item]) -> str:
    """Where an id leads to, as far as the items read so far tell."""
    passed: set[str] = set()
    while (to := items.get((_pk(lead_id), "LEAD"), {}).get("redirect_to")) and to not in passed:
        passed.add(lead_id)
        lead_id = to
    return lead_id


def _pk(lead_id: str) -> str:
    return f"LEAD#{lead_id}"


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


def lead_op(lead: Lead, shown: Item, *, handed_over: bool) -> Update:
    """Show the points on the lead. Its `version` stays: points are no reason to refuse the edit
    somebody is making."""
    if handed_over:
        condition = Condition(
            "lead_waiting",
            "#state = :lead_state",
            "a lead that sales took up or turned down meanwhile is not handed over",
            {"lead_state": lead.state},
        )
    else:
        condition = Condition(
            "lead_known", "attribute_exists(#state)", "points do not bring an erased lead back"
        )
    points = {name: shown[name] for name in ("fit", "engagement", "score")}
    return Update(leads.lead_key(lead.lead_id), set=points, condition=condition)


def entry_op(lead_id: str, entry: Entry) -> Put:
    """Append `entry`."""
    first = Condition(
        "event_not_scored",
        "attribute_not_exists(#pk)",
        "an event counts once, however often it is delivered",
    )
    return Put(ledger.to_item(lead_id, entry), condition=first)


def ledger_entry(lead_id: str, sort_key: str) -> Entry | None:
    """One entry by its place in the ledger."""
    item = sales.get({"pk": _pk(lead_id), "sk": sort_key})
    return ledger.from_item(item) if item else None


def ledger_of(lead_id: str) -> list[Entry]:
    """Every entry of a lead, oldest first. A strong read: it must equal the score item."""
    items = sales.query_all(f"LEAD#{lead_id}", begins="LEDGER#", consistent=True)
    return [ledger.from_item(item) for item in items]
