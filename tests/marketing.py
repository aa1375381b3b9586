"""Segments to start a test from, filling them, and asking for them over HTTP."""

from datetime import datetime
from typing import Any, Final

from shared.marketing.segments.backfill import fill_part
from shared.marketing.segments.checking import parsed_rule
from shared.marketing.segments.definition import Segment
from shared.marketing.segments.evaluation import evaluate
from shared.marketing.segments.gathering import gather
from shared.marketing.segments.repository import (
    SHARDS,
    Membership,
    definitions_now,
    part_key,
    stored_segments,
)
from tests.calls import Answer, http
from tests.cloud import everything, forget

NABIN: Final = ("nabin", ["marketer"])
SEGMENT: Final = "segment_{:0>26}"


def segment_id(number: int = 1) -> str:
    """The id of the n-th segment of a test."""
    return SEGMENT.format(number)


def a_segment(rule: dict[str, Any], now: datetime, number: int = 1, name: str = "Some") -> str:
    """Put a segment in force whose rule is right; who is in it follows from what happens."""
    one = segment_id(number)
    segment = Segment(name=name, rule=parsed_rule(rule))
    stored_segments.save(one, segment, by="nabin", at=now, after=0, activate=True)
    forget()
    return one


def fill(segment: str, now: datetime) -> None:
    """Look at every contact for a segment, as the timers have it done."""
    for number in range(SHARDS):
        fill_part(part_key(segment, number), now, 60)


def segments(method: str, path: str = "", *, by: Any = NABIN, **how: Any) -> Answer:
    """Ask `segment_admin`."""
    return http("segment_admin", method, f"/v1/segments{path}", staff=by, **how)


def in_segment(segment: str) -> set[str]:
    """Who is in a segment, by the items of contacts."""
    found = (Membership.from_item(one) for one in everything() if "segment_version" in one)
    return {one.contact_id for one in found if one.member and one.segment_id == segment}


def memberships_are_right(now: datetime) -> None:
    """Every contact is in exactly those segments that its facts, read anew, put it in."""
    known = definitions_now()
    people = [
        one["pk"].removeprefix("CONTACT#")
        for one in everything()
        if one["sk"] == "CONTACT" and one["pk"].startswith("CONTACT#")
    ]
    for contact_id, found in gather(people, known.in_order, now).items():
        for one in known.in_order:
            decision = evaluate(one.segment.in_force, found.facts, now)
            stored = found.memberships[one.segment_id]
            assert stored.member is decision.member, (contact_id, one.segment)
