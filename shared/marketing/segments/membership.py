"""Bringing who is in which segment up to date: read, decide, write what differs, look again.

A membership, its part of the count and its event are one write, on the condition that the
membership is as it was read. Whoever wrote reads everything once more: what changed meanwhile
either is in what they read then, or its own event comes later and finds what they wrote. So no
two changes that come at once can leave somebody in a segment, or out of it, for good; and where
nothing changes nothing is written.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.kernel.errors import Busy
from shared.kernel.ids import new_id
from shared.marketing.events import MarketingEvent, SegmentEntered, SegmentLeft
from shared.platform.requests import Op, Put
from shared.platform.writes import ConditionFailed

from .definition import Defined
from .evaluation import evaluate
from .gathering import Gathered, gather
from .repository import Membership, counted_op, marketing, next_of, shard_of, unchanged

_ATTEMPTS: Final = 8

TOGETHER: Final = 45
"""Changes in one write: an item each, and at most as many counts."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was, and what is to be."""

    before: Membership
    after: Membership

    @property
    def more(self) -> int:
        """How many more the segment counts."""
        return int(self.after.member) - int(self.before.member)


def bring_up_to_date(contact_ids: Collection[str], wanted: Sequence[Defined], now: datetime) -> int:
    """Put contacts into those of the `wanted` segments they belong in, each segment after those
    it names, and out of the others; how many memberships changed. Done again it changes nothing.

    Raises `Busy` when somebody else kept changing the same.
    """
    waiting, changed = set(contact_ids), 0
    for _ in range(_ATTEMPTS):
        if not waiting or not wanted:
            return changed
        found = gather(waiting, wanted, now)
        changes = [one for known in found.values() for one in _changes(known, wanted, now)]
        for start in range(0, len(changes), TOGETHER):
            part = changes[start : start + TOGETHER]
            if _written(part, now):
                changed += sum(one.more != 0 for one in part)
        waiting = {one.after.contact_id for one in changes}
    raise Busy("contended", "These contacts are being changed by others, try again")


def _changes(known: Gathered, wanted: Sequence[Defined], now: datetime) -> Iterable[Change]:
    facts = known.facts
    for one in wanted:
        before = known.memberships[one.segment_id]
        decision = evaluate(one.segment.in_force, facts, now)
        if decision.member != before.member:
            others = facts.segments ^ {one.segment_id}
            facts = replace(facts, segments=others)
        after = next_of(before, decision, one.version, now)
        if after is not None:
            yield Change(before, after)


def _written(changes: Sequence[Change], now: datetime) -> bool:
    ops: list[Op] = [
        Put(one.after.item(), unchanged(one.before), _events(one, now)) for one in changes
    ]
    counts: Counter[tuple[str, int]] = Counter()
    for one in changes:
        counts[one.after.segment_id, shard_of(one.after.contact_id)] += one.more
    ops += [counted_op(*where, more) for where, more in counts.items() if more]
    try:
        marketing.write(*ops)
    except ConditionFailed:
        return False
    return True


def _events(change: Change, now: datetime) -> list[MarketingEvent]:
    if not change.more:
        return []
    after = change.after
    kind = SegmentEntered if after.member else SegmentLeft
    return [
        kind(
            event_id=new_id("event", now),
            occurred_at=now,
            segment_id=after.segment_id,
            contact_id=after.contact_id,
            segment_version=after.segment_version,
        )
    ]
