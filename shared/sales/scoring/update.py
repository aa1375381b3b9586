"""Scoring a batch of events: read what they are about, then one write call per lead.

Everything of a lead in one transaction: the score item, the points shown on the lead, and one
ledger entry per event, which is that event's receipt. A redelivered event finds its entry there
and is dropped; the rest of the batch goes on without it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from shared.kernel.errors import Busy
from shared.platform.configuration import Version
from shared.platform.entry.batch import Message, survives
from shared.platform.requests import Op, Put
from shared.platform.writes import ConditionFailed

from . import repository
from .awards import behaviour_event_id
from .intake import Work, earlier, gather
from .outcome import Outcome, score_lead
from .repository import Scored, entry_op, lead_op, save_op
from .rule_sets import active_rules
from .rules import RuleSet

ENTRIES_PER_WRITE: Final = 90
"""Events scored in one transaction, of whose 100 operations some are the lead's own."""

_ATTEMPTS: Final = 6

_LOOKED_BACK: Final = "looked_back"
"""Set on the score once all that was reported before there was a lead has been counted."""


def score_batch(messages: Sequence[Message], now: datetime) -> list[str]:
    """Score the events of `messages`; the ids of those to be delivered again.

    Reads: two calls for all behaviours and visitors, one for every fifty leads. Writes: one call
    per lead (per ninety of its events), none where no rule is met.
    """
    rules = active_rules(now)
    works, failed = gather(messages, rules.value)
    stored = repository.load_many(works)
    for lead_id, work in _merged(works, stored).items():
        if not survives(partial(_score, stored[lead_id], work, rules, now)):
            failed |= work.messages
    return sorted(failed)


def _merged(works: dict[str, Work], stored: dict[str, Scored]) -> dict[str, Work]:
    """The work of every lead that exists, once per lead though it be known by several ids."""
    merged: dict[str, Work] = {}
    asked: dict[str, str] = {}
    for lead_id, work in works.items():
        if lead_id in stored:
            first = asked.setdefault(stored[lead_id].lead.lead_id, lead_id)
            merged.setdefault(first, Work()).join(work)
    return merged


def _score(stored: Scored, work: Work, rules: Version[RuleSet], now: datetime) -> None:
    behaviours = work.behaviours
    # Not "has no score yet": a change of the lead, or the first part of a long past, may be first.
    if work.captured and _LOOKED_BACK not in stored.shown:
        behaviours = behaviours | earlier(stored.lead.lead_id, rules.value)
    pending = sorted(behaviours.values(), key=lambda one: one.occurred_at)
    present: Scored | None = stored
    attempts = 0
    while present:
        chunk = pending[:ENTRIES_PER_WRITE]
        outcome = score_lead(
            present.lead, present.state, present.shown, chunk, rules, now, asked_at=work.asked_at
        )
        looked_back = work.captured and len(pending) <= ENTRIES_PER_WRITE
        written = _write(present, outcome, looked_back=looked_back)
        if written is None:
            pending = pending[ENTRIES_PER_WRITE:]
            if not pending:
                return
            attempts = 0
        else:
            pending = [one for one in pending if behaviour_event_id(one) not in written]
            attempts += 1
            if attempts == _ATTEMPTS:
                raise Busy("score_contended")
        present = repository.load(present.lead.lead_id)


def _write(scored: Scored, outcome: Outcome | None, *, looked_back: bool) -> set[str] | None:
    """Store an outcome. `None`: done. Otherwise somebody was there first, and these events are
    in the ledger already; everything is to be worked out again."""
    if outcome is None:
        return None
    lead = scored.lead
    shown = outcome.shown | ({_LOOKED_BACK: True} if looked_back else {})
    ops: list[Op] = [save_op(lead.lead_id, outcome.state, shown, outcome.events)]
    if outcome.moved or outcome.handed_over:
        ops.append(lead_op(lead, outcome.shown, handed_over=outcome.handed_over))
    ops += [entry_op(lead.lead_id, entry) for entry in outcome.entries]
    try:
        repository.sales.write(*ops)
    except ConditionFailed as refused:
        failed = [ops[position] for position in refused.failures]
        return {op.item["event_id"] for op in failed if isinstance(op, Put)}
    return None
