"""A new qualification cycle: sales turned the lead down, so engagement starts from nothing.

Whoever rejects or recycles a lead adds `reset_ops` to its transaction and sets `after_reset` on
the lead's own item. The next hand-off then needs a fresh crossing of the threshold.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.kernel.ids import derived_id
from shared.platform.requests import Item, Op
from shared.sales.events import LeadScoreChanged

from .ledger import reset_entry
from .repository import entry_op, save_op
from .state import from_item

_NOTHING = "0.00"


def reset_ops(
    score_item: Mapping[str, Any] | None, lead_id: str, at: datetime, event_id: str
) -> list[Op]:
    """Two operations that begin the next cycle: the score item and its ledger entry.

    `score_item` is the item at `repository.score_key(lead_id)` as just read, `None` if there is
    none. `event_id` names the fact that caused it (unique per lead). The write fails with
    `score_unchanged` when points came in meanwhile, and with `event_not_scored` when this very
    reset is stored already.
    """
    state = from_item(score_item)
    shown = _shown(score_item)
    moved = bool(score_item) and shown["score"] != (score_item or {})["score"]
    state.begin_cycle(state.cycle + 1, reset_entry(event_id, at, state.cycle + 1).occurred_at)
    state.version += 1
    # Fit alone may reach the threshold: then the score has to be seen below it first.
    threshold = (score_item or {}).get("threshold")
    state.armed = threshold is None or Decimal(shown["fit"]) < Decimal(threshold)
    events = [_score_changed(lead_id, state.version, shown, at)] if moved else []
    return [
        save_op(lead_id, state, shown, events),
        entry_op(lead_id, reset_entry(event_id, at, state.cycle)),
    ]


def after_reset(score_item: Mapping[str, Any] | None) -> Item:
    """The attributes to `set` on the lead itself in the same transaction."""
    return {"cycle": from_item(score_item).cycle + 1, **_shown(score_item)}


def score_changed_id(lead_id: str, version: int) -> str:
    """The id of the fact that version `version` of a score moved: the same at every attempt."""
    return derived_id("event", hashlib.sha256(f"score:{lead_id}:{version}".encode()).digest())


def _shown(score_item: Mapping[str, Any] | None) -> Item:
    fit = (score_item or {}).get("fit", _NOTHING)
    return {"fit": fit, "engagement": _NOTHING, "score": fit}


def _score_changed(lead_id: str, version: int, shown: Item, at: datetime) -> LeadScoreChanged:
    return LeadScoreChanged(
        event_id=score_changed_id(lead_id, version),
        occurred_at=at,
        lead_id=lead_id,
        version=version,
        **shown,
    )
