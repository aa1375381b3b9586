"""Segments: made, changed, filled, and kept right by what happens."""

import json
from typing import Any, Final

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.model import ContactChange
from shared.customers.events import ConsentGiven, ContactChanged, ContactsMerged, VisitorIdentified
from shared.kernel.clock import iso
from shared.marketing.segments.backfill import planned
from shared.marketing.segments.repository import (
    marketing,
    membership_key,
    part_key,
    stored_segments,
)
from shared.platform import clock
from shared.sales.events import LeadScoreChanged
from tests import dealings
from tests.builders import CREATED
from tests.calls import bus_event, invoke, queue_event, request
from tests.marketing import NABIN, a_segment, in_segment, memberships_are_right, segment_id
from tests.operations.operation import Operation, Payload
from tests.pump import Pump
from tests.staffing import employed

from .campaigns import KEY

LEAD: Final = dealings.ANN_ID.replace("contact_", "lead_")


_NEPAL: Final = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}


_WARM: Final = {
    "type": "all",
    "of": [
        {"type": "score", "compare": "at_least", "value": 50},
        {"type": "consent", "purpose": "marketing", "channel": "email"},
    ],
}


_CALLED: Final = {"type": "event", "event": "call", "within_days": 7}


def _create() -> Payload:
    employed(*NABIN)
    body = {"name": "Nepal", "rule": {"type": "any", "of": [_NEPAL, _WARM]}}
    return request("POST", "/v1/segments", body=body, headers=KEY, staff=NABIN)


def _change() -> Payload:
    made = json.loads(invoke("segment_admin", _create())["body"])["segment_id"]
    body = {"name": "Nepal", "rule": _NEPAL, "version": 1}
    path, route = f"/v1/segments/{made}", "/v1/segments/{segment_id}"
    return request("PUT", path, body=body, staff=NABIN, route=route)


def _people() -> None:
    """Ann and seven others, of whom every second one lives in Nepal."""
    dealings.a_contact(country="NP")
    for number in range(7):
        address = {"emails": [{"address": f"person{number}@example.com"}]}
        dealings.a_contact(**address, country="NP" if number % 2 else "IN")
    Pump().run()


def _fill() -> Payload:
    """The part of all contacts that Ann is in is looked at."""
    _people()
    a_segment(_NEPAL, clock.now())
    marketing.write(*planned(segment_id(), 1, clock.now()))
    fake: Any = clock.now
    fake.tick(minutes=1)
    parts = [{**part_key(segment_id(), number), "due": "…"} for number in range(8)]
    return queue_event(parts)


def _filled() -> None:
    assert len(in_segment(segment_id())) == 4
    memberships_are_right(clock.now())


def _happens() -> Payload:
    """Ann moves to Nepal, agrees to mails, calls, and has the points."""
    ann = dealings.a_contact()
    dealings.tell(dealings.a_call())
    Pump().run()
    a_segment(_NEPAL, clock.now(), 1)
    a_segment(_WARM, clock.now(), 2)
    a_segment(_CALLED, clock.now(), 3)
    a_segment(
        {
            "type": "all",
            "of": [
                {"type": "segment", "segment_id": segment_id(1)},
                {"type": "not", "of": {"type": "segment", "segment_id": segment_id(2)}},
            ],
        },
        clock.now(),
        4,
    )
    change_contact(ann.contact_id, ContactChange(version=1, country="NP"), "asha", clock.now())
    consent = Consent(
        purpose="marketing",
        channel="email",
        state=ConsentState.GRANTED,
        at=iso(clock.now()),
        evidence=Evidence(source="staff"),
    )
    decide(ann.contact_id, consent, "entry-1", clock.now())
    about = {"event_id": "e", "occurred_at": clock.now(), "contact_id": ann.contact_id}
    facts = [
        ContactChanged(**about, version=2, fields=["country"], by="asha"),
        ConsentGiven(**about, purpose="marketing", channel="email", origin="staff"),
        points("60.00"),
        points("20.00", version=1),
        VisitorIdentified(
            event_id="v", occurred_at=clock.now(), visitor_id="visitor-1", lead_id=LEAD
        ),
    ]
    return queue_event([bus_event(fact) for fact in facts])


def points(score: str, version: int = 2) -> LeadScoreChanged:
    return LeadScoreChanged(
        event_id=f"points-{version}",
        occurred_at=clock.now(),
        lead_id=LEAD,
        version=version,
        fit="0.00",
        engagement=score,
        score=score,
    )


def _warm_in_nepal() -> None:
    assert [in_segment(segment_id(one)) for one in (1, 2, 4)] == [
        {dealings.ANN_ID},
        {dealings.ANN_ID},
        set(),
    ]


def _time_passes() -> Payload:
    """Ann called a week ago."""
    dealings.a_contact()
    a_segment(_CALLED, clock.now(), 3)
    dealings.tell(dealings.a_call())
    Pump().run()
    assert in_segment(segment_id(3)) == {dealings.ANN_ID}
    fake: Any = clock.now
    fake.tick(days=8)
    return queue_event([{**membership_key(dealings.ANN_ID, segment_id(3)), "due": "…"}])


def _nobody_called() -> None:
    assert in_segment(segment_id(3)) == set()


def _merged() -> Payload:
    """Ann's points and country are of another record, into which hers was merged."""
    employed("maya", ["sales_manager"])
    ann = dealings.a_contact(country="NP")
    bob = dealings.a_contact(emails=[{"address": "bob@example.com"}])
    Pump().run()
    a_segment(_NEPAL, clock.now(), 1)
    a_segment({"type": "score", "compare": "at_least", "value": 50}, clock.now(), 2)
    invoke("segment_update", queue_event([bus_event(points("60.00"))]))
    path = f"/v1/contacts/{bob.contact_id}/merge"
    route = "/v1/contacts/{contact_id}/merge"
    body = {"loser": ann.contact_id, "versions": {"winner": 1, "loser": 1}}
    answer = invoke(
        "contact_merge",
        request("POST", path, body=body, staff=("maya", ["sales_manager"]), route=route),
    )
    assert answer["statusCode"] < 300, answer
    merge_id = json.loads(answer["body"])["merge"]["merge_id"]
    merged = ContactsMerged(
        event_id="m",
        occurred_at=CREATED,
        contact_id=bob.contact_id,
        merged_id=ann.contact_id,
        merge_id=merge_id,
        by="maya",
    )
    return queue_event([bus_event(merged)])


def _one_person() -> None:
    assert in_segment(segment_id(2)) == {dealings.contact_id("bob@example.com")}
    memberships_are_right(clock.now())


def _roll_back() -> Payload:
    changed = invoke("segment_admin", _change())
    made = json.loads(changed["body"])["segment_id"]
    body = {"to_version": 1, "version": 2}
    path, route = f"/v1/segments/{made}/rollback", "/v1/segments/{segment_id}/rollback"
    return request("POST", path, body=body, staff=NABIN, route=route)


def _one_version_more() -> None:
    (one,) = stored_segments.all_active()
    assert one.number == 3


SEGMENTS: Final[tuple[Operation, ...]] = (
    Operation("make a segment", "segment_admin", _create),
    Operation("change a segment", "segment_admin", _change, (412,)),
    Operation(
        "roll back a segment", "segment_admin", _roll_back, (412,), afterwards=_one_version_more
    ),
    Operation("fill a segment", "segment_backfill", _fill, afterwards=_filled),
    Operation(
        "hear of what segments are about", "segment_update", _happens, afterwards=_warm_in_nepal
    ),
    Operation(
        "find time has passed for a segment",
        "segment_update",
        _time_passes,
        afterwards=_nobody_called,
    ),
    Operation("hear that two are one person", "segment_update", _merged, afterwards=_one_person),
)
