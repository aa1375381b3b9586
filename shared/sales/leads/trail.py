"""What was changed of a lead by people, kept beside it: who, when, from what to what.

| entity (table `sales`) | pk | sk |
|---|---|---|
| change, written once in the transaction that makes it | `LEAD#<lead_id>` | `CHANGE#<at>#<event_id>` |

Asked by lead_query (a lead's history). It holds what people typed: it stays with the lead and
goes with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.kernel.clock import iso
from shared.platform.requests import Condition, Item, Put

from .repository import lead_key
from .states import LeadState

CHANGE: Final = "CHANGE#"

_NEW: Final = Condition(
    "change_new", "attribute_not_exists(#pk)", "what happened is written down once and stays"
)

Facts = Mapping[str, tuple[str | None, str | None]]
"""By name, what was known before and what is now."""


@dataclass(frozen=True, slots=True)
class Change:
    """A move between states, or facts that were changed, by a person (`by`). The event is the
    fact that was published of it."""

    lead_id: str
    event_id: str
    at: datetime
    by: str
    states: tuple[LeadState, LeadState] | None = None
    facts: Facts | None = None
    reason: str | None = None

    def put(self) -> Put:
        """Write it down."""
        item: Item = {
            **lead_key(self.lead_id),
            "sk": f"{CHANGE}{iso(self.at)}#{self.event_id}",
            "kind": "change",
            "at": iso(self.at),
            "by": self.by,
        }
        if self.states:
            item |= dict(zip(("state_from", "state_to"), map(str, self.states), strict=True))
        if self.facts:
            item["facts"] = {
                name: {k: v for k, v in zip(("from", "to"), known, strict=True) if v}
                for name, known in self.facts.items()
            }
        if self.reason:
            item["reason"] = self.reason
        return Put(item, _NEW)
