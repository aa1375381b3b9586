"""Where leads are kept (table `sales`).

| entity | pk | sk |
|---|---|---|
| lead | `LEAD#<lead_id>` | `LEAD` |
| alias: submissions for this address belong to another lead | `LEAD#<lead_id>` | `LEAD` with `redirect_to` only |
| submission, carrying its `LeadCaptured` | `LEAD#<lead_id>` | `SUBMISSION#<submission_id>` |

| question | key | asked by |
|---|---|---|
| one lead | table | lead_query, lead_update, scoring_update, lead_assign, hand_off_timeout |
| submissions of a lead, newest first | table, `SUBMISSION#` | lead_query |
| leads in a state, newest first | `by_state`: `<state>`, `<created_at>#<lead_id>` | lead_query, scoring_dry_run |
| leads of an owner (or `unassigned`), those in work first | `by_owner`: `LEADS#<staff_id>`, `<rank><state>#<created_at>#<lead_id>` | lead_query |
| leads by id, in short | table, many at once | hand_off_query |

A state is one index key, which takes about a thousand writes a second (infra/decisions.md).
"""

from datetime import datetime
from typing import Any, Final

from shared.kernel.clock import iso
from shared.platform.requests import Condition, Item, Key
from shared.platform.tables import Table
from shared.sales.tables import SALES

from .model import Lead, LeadSummary, Touch, effective_facts
from .states import LeadState

SUBMISSION: Final = "SUBMISSION#"

_RANKS: Final = {
    LeadState.WORKING: 7,
    LeadState.ASSIGNED: 6,
    LeadState.QUALIFIED: 5,
    LeadState.NEW: 4,
    LeadState.RECYCLED: 3,
    LeadState.DISQUALIFIED: 2,
    LeadState.CONVERTED: 1,
}
"""Read from the highest, an owner's list begins with what they work on: where it is cut, what is
closed for long is missing."""

sales = Table(SALES)


def lead_key(lead_id: str) -> dict[str, str]:
    """The key of a lead's own item."""
    return {"pk": f"LEAD#{lead_id}", "sk": "LEAD"}


def submission_key(lead_id: str, submission_id: str) -> Key:
    """The key of one submission: the same form and body within a minute have the same one."""
    return {"pk": f"LEAD#{lead_id}", "sk": f"{SUBMISSION}{submission_id}"}


def state_index(state: LeadState, lead_id: str, created_at: str) -> dict[str, str]:
    """The `by_state` attributes of a lead. They change only with its state."""
    return {"state_pk": str(state), "state_sk": f"{created_at}#{lead_id}"}


def owner_index(owner_id: str, state: LeadState, lead_id: str, created_at: str) -> dict[str, str]:
    """The `by_owner` attributes of a lead. They change only with its owner or state."""
    return {
        "owner_pk": owner_partition(owner_id),
        "owner_sk": f"{owner_prefix(state)}{created_at}#{lead_id}",
    }


def owner_partition(owner_id: str) -> str:
    """The `by_owner` key of a person's leads."""
    return f"LEADS#{owner_id}"


def owner_prefix(state: LeadState) -> str:
    """How the sort keys of an owner's leads in a state begin."""
    return f"{_RANKS[state]}{state}#"


def moved(lead: Lead, to: LeadState, at: datetime, *, owner_id: str | None = None) -> Item:
    """The attributes to `set` when a lead moves to `to`, index keys and version included.

    `owner_id` makes that person the owner; without it the owner stays.
    """
    changes: Item = {
        "state": to,
        "updated_at": iso(at),
        "version": lead.version + 1,
        **state_index(to, lead.lead_id, lead.created_at),
    }
    owner = owner_id or lead.owner_id
    if owner:
        changes |= {"owner_id": owner, **owner_index(owner, to, lead.lead_id, lead.created_at)}
    return changes


def unchanged(lead: Lead) -> Condition:
    """The lead is still as it was read."""
    return Condition(
        "lead_unchanged",
        "#version = :lead_version",
        "what was decided holds only for the state it was decided on",
        {"lead_version": lead.version},
    )


def load(lead_id: str) -> Lead | None:
    """The lead, or `None` where there is none (an alias counts as none). One strong read."""
    item = sales.get(lead_key(lead_id))
    return None if item is None or "redirect_to" in item else from_item(item)


def from_item(item: dict[str, Any]) -> Lead:
    """The lead a stored item stands for."""
    return Lead(
        **_summary(item, item["state"], item["created_at"]),
        team_id=item.get("team_id"),
        submissions=item.get("submissions", 0),
        first_touch=_touch(item, "first_touch"),
        last_touch=_touch(item, "last_touch"),
        tags=sorted(item.get("tags", ())),
    )


def summary(item: dict[str, Any]) -> LeadSummary:
    """The lead an index's projection stands for: state and creation are in its keys alone."""
    if "state_pk" in item:
        state, created_at = item["state_pk"], item["state_sk"].partition("#")[0]
    else:
        ranked, created_at, _ = item["owner_sk"].split("#")
        state = ranked[1:]
    return LeadSummary(**_summary(item, state, created_at))


def _summary(item: dict[str, Any], state: str, created_at: str) -> dict[str, Any]:
    return {
        "lead_id": item["pk"].removeprefix("LEAD#"),
        "state": LeadState(state),
        "facts": effective_facts(item),
        "source": item.get("source"),
        "owner_id": item.get("owner_id"),
        "fit": item.get("fit", "0"),
        "engagement": item.get("engagement", "0"),
        "score": item.get("score", "0"),
        "cycle": item.get("cycle", 1),
        "created_at": created_at,
        "updated_at": item["updated_at"],
        "version": item["version"],
    }


def _touch(item: dict[str, Any], name: str) -> Touch | None:
    return Touch.model_validate(item[name]) if name in item else None
