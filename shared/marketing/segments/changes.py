"""Making segments and changing them. A rule is checked whole before anything is stored, and what
it changes is worked off afterwards (`backfill`)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.kernel.errors import Conflict, FieldError, Rejected, Stale
from shared.platform.auth import Staff
from shared.platform.configuration import Version
from shared.platform.idempotency import record_id
from shared.platform.requests import Condition, Op, Update
from shared.platform.writes import ConditionFailed

from .backfill import planned
from .checking import check_rule, circle
from .definition import MAX_SEGMENTS, Definitions, Segment
from .facts import needs_of
from .repository import definitions_now, marketing, need_segment, stored_segments
from .rule import CustomIs, Rule, conditions

_GRAPH: Final = {"pk": "SEGMENTS", "sk": "SEGMENTS"}


def create_segment(
    segment: Segment, by: Staff, idempotency_key: str | None, now: datetime
) -> Version[Segment]:
    """Make a segment, which fills within minutes. Sent again with its key it is the same one.

    Raises `Rejected` with JSON pointers for a rule that cannot be decided, and `Forbidden` where
    it tells what `by` may not see.
    """
    segment_id = record_id("segment", by.staff_id, idempotency_key, now)
    try:
        _save(segment_id, segment, by, now, after=0)
    except Stale:
        first = stored_segments.version(segment_id, 1)
        if first.value != segment:
            message = "This key was used for another request"
            raise Rejected("idempotency_key_reused", message) from None
        return first
    return need_segment(segment_id)


def change_segment(
    segment_id: str,
    segment: Segment,
    version: int,
    by: Staff,
    now: datetime,
    *,
    restored: int | None = None,
) -> Version[Segment]:
    """Put a definition in the place of `version`; `restored` is the older one it comes from.

    Raises `NotFound`, `Stale`, `Conflict` when a segment that others name is put away, and what
    `create_segment` raises.
    """
    present = need_segment(segment_id)
    if present.number != version:
        raise Stale("version_stale", version=present.number)
    if present.value == segment and restored is None:
        return present
    _save(segment_id, segment, by, now, after=version, before=present.value, restored=restored)
    return need_segment(segment_id)


def roll_back_segment(
    segment_id: str, to: int, version: int, by: Staff, now: datetime
) -> Version[Segment]:
    """Let what version `to` said hold again. Raises as `change_segment` does."""
    need_segment(segment_id)
    older = stored_segments.older(segment_id, to, than=version)
    return change_segment(segment_id, older, version, by, now, restored=to)


def check_draft(rule: Rule, by: Staff, now: datetime) -> Definitions:
    """See that a rule which is not stored can be decided, and tells nothing that `by` may not see.
    All segments as just read. Raises `Rejected` and `Forbidden`."""
    known = definitions_now()
    used = {one.segment_id for one in known.in_order if not one.segment.archived}
    _check_rule(rule, used, by, now)
    return known


def _save(
    segment_id: str,
    segment: Segment,
    by: Staff,
    now: datetime,
    *,
    after: int,
    before: Segment | None = None,
    restored: int | None = None,
) -> None:
    seen = int((marketing.get(_GRAPH) or {}).get("version", 0))
    others = definitions_now()
    _check(segment_id, segment, others, by, now)
    also: list[Op] = [_unmoved(seen)]
    if before is None or before.in_force != segment.in_force:
        also += planned(segment_id, after + 1, now)
    try:
        stored_segments.save(
            segment_id,
            segment,
            by=by.staff_id,
            at=now,
            after=after,
            activate=True,
            restored=restored,
            about=segment_id,
            also=also,
        )
    except ConditionFailed as refused:
        message = "Segments were changed in this very moment, try again"
        raise Conflict("segments_changed", message) from refused


def _check(
    segment_id: str, segment: Segment, others: Definitions, by: Staff, now: datetime
) -> None:
    used = [one for one in others.in_order if not one.segment.archived]
    if segment.archived:
        _check_unnamed(segment_id, [one.segment_id for one in used if segment_id in one.needs.segments])  # fmt: skip
        return
    if segment_id not in {one.segment_id for one in used} and len(used) >= MAX_SEGMENTS:
        raise Conflict("too_many_segments", f"There may be {MAX_SEGMENTS} segments")
    # Its own id too: that it names itself is a circle, and said so.
    _check_rule(segment.rule, {segment_id, *(one.segment_id for one in used)}, by, now)
    named: dict[str, Any] = {one.segment_id: one.needs.segments for one in used}
    if found := circle(named | {segment_id: needs_of(segment.rule).segments}):
        wrong = FieldError("/rule", "circular", f"These name each other: {', '.join(found)}")
        raise Rejected("rule_invalid", fields=[wrong])


def _check_rule(rule: Rule, segments: Collection[str], by: Staff, now: datetime) -> None:
    names = [one.field for _, one in conditions(rule) if isinstance(one, CustomIs)]
    custom = fields_of("contact", now, naming=names)
    check_rule(rule, custom, segments)
    may_set(names, custom, by)


def _check_unnamed(segment_id: str, named_by: Sequence[str]) -> None:
    if named_by:
        message = f"These segments name it: {', '.join(named_by)}"
        raise Conflict("segment_in_use", message)


def _unmoved(seen: int) -> Update:
    condition = Condition(
        "segments_as_seen",
        "#version = :seen" if seen else "attribute_not_exists(#version)",
        "two changes at once must not make a circle that neither of them is",
        {"seen": seen} if seen else {},
    )
    return Update(_GRAPH, set={"version": seen + 1}, condition=condition)
