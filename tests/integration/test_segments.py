"""Segments over HTTP and by events: made, filled, kept up to date, explained, counted."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.customers.contacts.changes import change_contact, delete_contact
from shared.customers.contacts.model import ContactChange
from shared.customers.history.model import Entry
from shared.customers.history.repository import record
from shared.kernel.clock import iso
from shared.marketing.segments import backfill, changes, membership
from shared.marketing.segments.backfill import planned
from shared.marketing.segments.gathering import gather
from shared.marketing.segments.membership import bring_up_to_date
from shared.marketing.segments.repository import definitions_now, marketing, members_of
from tests import customers, dealings
from tests.aws_calls import intercepted
from tests.calls import bus_event, invoke, queue_event
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.marketing import (
    a_segment,
    fill,
    in_segment,
    memberships_are_right,
    segments,
)
from tests.operations.marketing.segments import points
from tests.privacy import erased
from tests.pump import Pump, carried, overlook

pytestmark = pytest.mark.usefixtures("tables")

NEPAL = {"type": "field", "field": "country", "compare": "equals", "value": "NP"}
CALLED = {"type": "event", "event": "call", "within_days": 7}
ONE = "/v1/segments/{segment_id}"


def made(rule: Any, **more: Any) -> Any:
    answer = segments("POST", body={"name": "Nepal", "rule": rule, **more})
    assert answer.status == 201, answer.text
    return answer.json


def member(segment: str, contact_id: str) -> Any:
    path, route = f"/{segment}/members/{contact_id}", f"{ONE}/members/{{contact_id}}"
    return segments("GET", path, route=route).json


def tick_timers(clock: FakeClock) -> None:
    """What the schedule does each minute, after all that happened before was heard of."""
    overlook()
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump().run()


def test_a_segment_is_filled_by_timers_and_listed_with_its_count(clock: FakeClock) -> None:
    people = [dealings.a_contact(emails=[], first_name=f"P{n}", country="NP") for n in range(12)]
    dealings.a_contact(country="IN")
    Pump().run()
    one = made(NEPAL)

    early = segments("GET", f"/{one['segment_id']}", route=ONE).json
    clock.tick(minutes=1)
    tick_timers(clock)

    shown = segments("GET", f"/{one['segment_id']}", route=ONE).json
    assert (early["members"], early["filling"]["done"]) == (0, False)
    assert shown["members"] == 12
    assert shown["filling"] == {"looked_at": 13, "parts_done": 8, "parts": 8, "done": True}
    (listed,) = segments("GET").json["items"]
    assert listed["members"] == 12
    found: list[str] = []
    page: Any = {"next": None}
    while found == [] or page["next"]:
        query = {"limit": "5"} | ({"cursor": page["next"]} if page["next"] else {})
        path, route = f"/{one['segment_id']}/members", f"{ONE}/members"
        page = segments("GET", path, query=query, route=route).json
        found += [item["contact_id"] for item in page["items"]]
        assert len(page["items"]) == 5 or page["next"] is None
    assert sorted(found) == sorted(person.contact_id for person in people)
    assert sum(fact.type == "SegmentEntered" for fact in carried()) == 12


def test_a_part_that_takes_long_goes_on_with_the_next_timer(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "PAGE", 3)
    for number in range(10):
        dealings.a_contact(emails=[], first_name=f"P{number}", country="NP")
    Pump().run()
    one = made(NEPAL)["segment_id"]
    clock.tick(minutes=1)
    key = next(
        {"pk": item["pk"], "sk": item["sk"]}
        for item in everything()
        if item["sk"].startswith("PART#")
    )

    ended = [backfill.fill_part(key, clock(), 0) for _ in range(3)]

    assert ended[0] is False
    for _ in range(40):
        tick_timers(clock)
        clock.tick(minutes=1)
    assert segments("GET", f"/{one}", route=ONE).json["filling"]["done"]
    assert len(in_segment(one)) == 10


def test_a_change_of_a_contact_shows_in_exactly_the_segments_about_it(clock: FakeClock) -> None:
    ann = dealings.a_contact(country="NP")
    nepal = a_segment(NEPAL, clock(), 1)
    others = a_segment({"type": "not", "of": {"type": "segment", "segment_id": nepal}}, clock(), 2)
    Pump().run()
    assert (in_segment(nepal), in_segment(others)) == ({ann.contact_id}, set())

    change_contact(ann.contact_id, ContactChange(version=1, country="IN"), "asha", clock())
    Pump().run()

    assert (in_segment(nepal), in_segment(others)) == (set(), {ann.contact_id})
    assert members_of([nepal, others]) == {nepal: 0, others: 1}
    delete_contact(ann.contact_id, 2, "asha", clock())
    Pump().run()
    assert in_segment(others) == set()


def test_a_change_that_no_rule_is_about_costs_nothing(clock: FakeClock) -> None:
    ann = dealings.a_contact(country="NP")
    a_segment(NEPAL, clock(), 1)
    Pump().run()
    before = {item["sk"]: item for item in everything() if "segment_version" in item}

    change_contact(ann.contact_id, ContactChange(version=1, job_title="Boss"), "asha", clock())
    Pump().run()

    assert {item["sk"]: item for item in everything() if "segment_version" in item} == before


def test_somebody_leaves_when_what_they_did_is_too_long_ago(clock: FakeClock) -> None:
    called = a_segment(CALLED, clock(), 1)
    dealings.a_contact()
    dealings.tell(dealings.a_call())
    Pump().run()
    assert in_segment(called) == {dealings.ANN_ID}

    clock.tick(days=6, hours=23)
    tick_timers(clock)
    assert in_segment(called) == {dealings.ANN_ID}
    clock.tick(hours=1)
    tick_timers(clock)

    assert in_segment(called) == set()


def test_two_calls_heard_of_at_once_count_as_two(clock: FakeClock) -> None:
    twice = a_segment(CALLED | {"times": 2}, clock(), 1)
    dealings.a_contact()
    dealings.tell(dealings.a_call(id="call-1"), dealings.a_call(id="call-2"))

    Pump().run()

    assert in_segment(twice) == {dealings.ANN_ID}


def test_what_others_bring_in_later_is_seen_later(clock: FakeClock) -> None:
    called = a_segment(CALLED, clock(), 1)
    dealings.a_contact()
    Pump().run()
    moved = Entry(
        contact_id=dealings.ANN_ID,
        entry_id="call-of-another-record",
        occurred_at=iso(clock()),
        recorded_at=iso(clock()),
        kind="call",
        source="staff",
    )
    record([moved])

    tick_timers(clock)
    assert in_segment(called) == set()
    clock.tick(minutes=5)
    tick_timers(clock)

    assert in_segment(called) == {dealings.ANN_ID}
    assert [item for item in everything() if item["sk"] == "RECHECK"] == []


def test_filling_looks_at_histories_where_the_rule_does(clock: FakeClock) -> None:
    dealings.a_contact()
    dealings.tell(dealings.a_call())
    Pump().run()
    one = made(CALLED)["segment_id"]
    clock.tick(minutes=1)
    tick_timers(clock)

    assert in_segment(one) == {dealings.ANN_ID}


def test_what_changes_between_reading_and_writing_is_seen(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = dealings.a_contact(country="NP")
    nepal = a_segment(NEPAL, clock(), 1)
    wanted = definitions_now().with_followers([nepal])

    def meanwhile(*asked: Any) -> Any:
        found = gather(*asked)
        monkeypatch.setattr(membership, "gather", gather)
        change_contact(ann.contact_id, ContactChange(version=1, country="IN"), "asha", clock())
        bring_up_to_date([ann.contact_id], wanted, clock())
        return found

    monkeypatch.setattr(membership, "gather", meanwhile)
    bring_up_to_date([ann.contact_id], wanted, clock())

    assert in_segment(nepal) == set()
    memberships_are_right(clock())


def test_points_of_several_leads_count_the_most_and_late_events_nothing(clock: FakeClock) -> None:
    warm = a_segment({"type": "score", "compare": "at_least", "value": 50}, clock(), 1)
    dealings.a_contact()
    Pump().run()

    for told in (points("60.00", 2), points("10.00", 1)):
        invoke("segment_update", queue_event([bus_event(told)]))

    assert in_segment(warm) == {dealings.ANN_ID}
    invoke("segment_update", queue_event([bus_event(points("10.00", 3))]))
    assert in_segment(warm) == set()


def test_it_is_explained_why_somebody_is_in_or_not(clock: FakeClock) -> None:
    ann = dealings.a_contact(country="NP")
    both = a_segment({"type": "all", "of": [NEPAL, CALLED]}, clock(), 1)
    Pump().run()

    out = member(both, ann.contact_id)
    dealings.tell(dealings.a_call())
    Pump().run()
    inside = member(both, ann.contact_id)

    assert out["member"] is False
    assert out["because"] == [
        {"pointer": "/of/1", "condition": "Call at least 1 times within 7 days", "holds": False}
    ]
    assert [one["pointer"] for one in inside["because"]] == ["/of/0", "/of/1"]
    assert inside["because"][0]["condition"] == "Country is NP"
    changes_at = datetime.fromisoformat(inside["may_change_at"])
    assert timedelta(days=6) < changes_at - clock() <= timedelta(days=7)
    assert segments("GET", f"/{both}/members/contact_x", route=f"{ONE}/members/{{contact_id}}").status == 404  # fmt: skip


def test_another_rule_moves_everybody_and_a_segment_put_away_is_empty(clock: FakeClock) -> None:
    dealings.a_contact(country="NP")
    Pump().run()
    one = made(NEPAL)["segment_id"]
    clock.tick(minutes=1)
    tick_timers(clock)
    assert len(in_segment(one)) == 1

    body = {"name": "Nepal", "rule": NEPAL, "archived": True, "version": 1}
    answer = segments("PUT", f"/{one}", body=body, route=ONE)
    clock.tick(minutes=1)
    tick_timers(clock)

    assert (answer.status, answer.json["version"]) == (200, 2)
    assert in_segment(one) == set()
    assert segments("GET").json["items"] == []
    assert len(segments("GET", query={"archived": "true"}).json["items"]) == 1


def test_another_name_changes_nothing_about_who_is_in_it(clock: FakeClock) -> None:
    one = made(NEPAL)
    parts = [item for item in everything() if item["sk"].startswith("PART#")]

    body = {"name": "Himalaya", "rule": NEPAL, "version": 1}
    segments("PUT", f"/{one['segment_id']}", body=body, route=ONE)

    assert [item for item in everything() if item["sk"].startswith("PART#")] == parts


def test_segments_that_name_each_other_are_refused(clock: FakeClock) -> None:
    first = made(NEPAL)["segment_id"]
    second = made({"type": "segment", "segment_id": first})["segment_id"]

    rule = {"type": "not", "of": {"type": "segment", "segment_id": second}}
    body = {"name": "x", "rule": rule, "version": 1}
    answer = segments("PUT", f"/{first}", body=body, route=ONE)
    away = {"name": "x", "rule": NEPAL, "version": 1, "archived": True}

    assert (answer.status, answer.fields) == (422, {"/rule": "circular"})
    assert segments("PUT", f"/{first}", body=away, route=ONE).code == "segment_in_use"


def test_two_changes_at_once_make_no_circle(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (made(NEPAL)["segment_id"] for _ in range(2))
    circular = {"name": "x", "rule": {"type": "segment", "segment_id": first}, "version": 1}

    def meanwhile() -> Any:
        found = definitions_now()
        monkeypatch.setattr(changes, "definitions_now", definitions_now)
        assert segments("PUT", f"/{second}", body=circular, route=ONE).status == 200
        return found

    monkeypatch.setattr(changes, "definitions_now", meanwhile)
    body = {"name": "x", "rule": {"type": "segment", "segment_id": second}, "version": 1}

    assert segments("PUT", f"/{first}", body=body, route=ONE).code == "segments_changed"
    assert segments("PUT", f"/{first}", body=body, route=ONE).fields == {"/rule": "circular"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "", "rule": NEPAL}, {"name": "string_too_short"}),
        ({"name": "x", "rule": {"type": "zzz"}}, {"/rule": "union_tag_invalid"}),
        ({"name": "x", "rule": NEPAL | {"value": 1}}, {"/rule/value": "wrong_type"}),
        ({"name": "x", "rule": "NP"}, {"rule": "dict_type"}),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_place(body: Any, fields: Any) -> None:
    answer = segments("POST", body=body)

    assert (answer.status, answer.fields) == (422, fields)
    assert segments("GET").json["items"] == []


def test_a_rule_about_a_field_one_may_not_see_is_refused(clock: FakeClock) -> None:
    salary = {"name": "salary", "label": "Salary", "type": "number", "sensitive": True}
    customers.custom_fields(clock(), salary)
    rule = {"type": "custom", "field": "salary", "compare": "more_than", "value": 1}

    assert segments("POST", body={"name": "Rich", "rule": rule}).status == 403


def test_marketers_make_segments_and_others_look(clock: FakeClock) -> None:
    body = {"name": "x", "rule": NEPAL}

    assert segments("POST", body=body, by=("asha", ["rep"])).code == "role_missing"
    assert segments("GET", by=("asha", ["rep"])).status == 200
    assert "Happened" in segments("GET", "/schema").text
    key = {"idempotency-key": "k"}
    first, again = (segments("POST", body=body, headers=key) for _ in range(2))
    assert first.json["segment_id"] == again.json["segment_id"]
    other = segments("POST", body=body | {"name": "y"}, headers=key)
    assert other.code == "idempotency_key_reused"


def test_a_change_based_on_an_old_version_is_refused(clock: FakeClock) -> None:
    one = made(NEPAL)["segment_id"]
    body = {"name": "y", "rule": NEPAL, "version": 1}

    assert segments("PUT", f"/{one}", body=body, route=ONE).status == 200
    assert segments("PUT", f"/{one}", body=body, route=ONE).status == 412
    assert segments("GET", "/segment_x", route=ONE).status == 404


def test_filling_costs_the_same_per_contact_however_many_there_are(clock: FakeClock) -> None:
    costs = []
    for number, people in enumerate((40, 160), start=1):
        for person in range(people):
            dealings.a_contact(emails=[], first_name=f"P{number}-{person}", country="NP")
        segment = a_segment(NEPAL, clock(), number)
        marketing.write(*planned(segment, 1, clock()))
        clock.tick(minutes=1)
        calls: list[str] = []

        def note(call: Any, send: Any, calls: list[str] = calls) -> Any:
            calls.append(call.name)
            return send()

        with intercepted(note):
            fill(segment, clock())
        costs.append(len(calls) / (40 if number == 1 else 200))
    assert costs[1] <= costs[0]


def test_an_erased_person_leaves_segments_and_counts(clock: FakeClock) -> None:
    dealings.a_contact(country="NP")
    one = a_segment(NEPAL, clock(), 1)
    Pump().run()
    assert members_of([one]) == {one: 1}

    erased(email=dealings.ANN)

    assert members_of([one]) == {one: 0}
    assert [item for item in everything() if item["pk"] == f"CONTACT#{dealings.ANN_ID}"] == []
