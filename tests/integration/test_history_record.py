"""`history_record` and `history_adopt`: every event about a person, and what they did before they
were known, on exactly one timeline exactly once (rows H1, H3)."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.customers.behaviour import repository as behaviours
from shared.customers.behaviour.model import Behaviour
from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.model import ContactChange
from shared.customers.events import VisitorIdentified
from shared.customers.history import adoption
from shared.customers.identity import contact_id_of_lead
from shared.kernel.clock import iso
from shared.sales.events import LeadAssigned
from tests.builders import captured, lead_id
from tests.calls import bus_event, invoke, queue_event
from tests.cloud import everything
from tests.conftest import NOW, FakeClock
from tests.dealings import ANN, a_call, a_contact, contact_id, entries, kinds, tell
from tests.operations.setting import form_post, seeded
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

VISITOR = "visitor-0000-0001"
HISTORIANS = {"history_record", "history_adopt", "visitor_link"}


def view(number: int, at: datetime, subject: str = VISITOR) -> Behaviour:
    one = Behaviour(
        subject_id=subject,
        behaviour_id=f"view-{number:05d}",
        name="page_viewed",
        occurred_at=iso(at),
        recorded_at=iso(at),
        path=f"/page-{number}",
        properties={"host": "www.example.com"},
    )
    behaviours.save_new([one])
    return one


def identified(number: int = 1, **more: Any) -> VisitorIdentified:
    lead = lead_id(number)
    given = {
        "event_id": f"{VISITOR}.{lead}.{iso(NOW)}",
        "occurred_at": NOW,
        "visitor_id": VISITOR,
        "lead_id": lead,
        **more,
    }
    return VisitorIdentified.model_validate(given)


def timelines() -> dict[str, list[str]]:
    """Entry id → the contacts in whose histories it is."""
    found: dict[str, list[str]] = {}
    for item in everything():
        if item["sk"].startswith("HISTORY#"):
            found.setdefault(item["sk"].split("#", 2)[2], []).append(item["pk"])
    return found


def test_four_anonymous_views_then_a_form_are_a_timeline_of_five(clock: FakeClock) -> None:
    """Row H3's example, whole: capture, link, back-fill."""
    seeded()
    for number in range(4):
        view(number, clock() - timedelta(minutes=10 - number))
    pump = Pump().run()
    assert timelines() == {}, "nobody knows yet who that is"

    invoke("lead_capture", form_post(email=ANN, _visitor=VISITOR))
    pump.run()

    assert kinds(contact_id(ANN)) == ["page_viewed"] * 4 + ["form_submitted"]
    assert [one.params.get("path") for one in entries(contact_id(ANN))][1:] == [
        f"/page-{number}" for number in (3, 2, 1, 0)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_three_times_over_it_is_the_same_timeline(
    clock: FakeClock, seed: int
) -> None:
    seeded()
    for number in range(4):
        view(number, clock() - timedelta(minutes=10 - number))
    invoke("lead_capture", form_post(email=ANN, _visitor=VISITOR))
    view(4, clock.tick(minutes=1))

    Pump(copies=3, shuffle=random.Random(seed)).run()

    assert kinds(contact_id(ANN)) == ["page_viewed"] * 4 + ["form_submitted", "page_viewed"]
    assert all(len(where) == 1 for where in timelines().values())


def test_what_a_shared_browser_did_stays_with_the_lead_it_was_done_as(clock: FakeClock) -> None:
    view(0, clock())
    for lead in (1, 2):
        fact = captured(lead, event_id=f"e{lead}", occurred_at=clock.tick(minutes=1), visitor_id=VISITOR)  # fmt: skip
        invoke("visitor_link", queue_event([bus_event(fact)]))
        view(lead, clock.tick(minutes=1))
    Pump(only=HISTORIANS).run()

    first, second = (entries(contact_id_of_lead(lead_id(lead))) for lead in (1, 2))

    assert [one.params["path"] for one in reversed(first)] == ["/page-0", "/page-1"]
    assert [one.params["path"] for one in reversed(second)] == ["/page-2"]


def test_a_long_past_comes_page_by_page_and_goes_on_where_it_ended(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [view(number, NOW - timedelta(minutes=number)) for number in range(12)]
    invoke("visitor_link", queue_event([bus_event(captured(1, visitor_id=VISITOR))]))
    monkeypatch.setattr(adoption, "PAGE", 5)
    monkeypatch.setattr(adoption, "PAGES_AT_ONCE", 1)
    message = queue_event([bus_event(identified())])
    whose = contact_id_of_lead(lead_id(1))

    counts = []
    for _ in range(3):
        answer = invoke("history_adopt", message)
        counts.append((len(answer["batchItemFailures"]), len(entries(whose))))

    assert counts == [(1, 5), (1, 10), (0, 12)]
    assert {one.refs["behaviour_id"] for one in entries(whose)} == {
        one.behaviour_id for one in seen
    }


def test_a_further_address_brings_what_was_kept_under_it(clock: FakeClock) -> None:
    elsewhere = tell(a_call(email="ann@work.example", promises=[{"text": "Call back"}]))
    loyal = tell(a_call(id="card", email=None, external={"system": "loyalty", "id": "card-9"}))
    contact = a_contact(external_ids={"loyalty": "card-9"})
    pump = Pump().run()
    assert kinds(contact.contact_id).count("call") == 1

    change = {"version": 1, "emails": [{"address": ANN}, {"address": "ann@work.example"}]}
    change_contact(contact.contact_id, ContactChange.model_validate(change), "asha", clock())
    pump.run()

    calls = [one for one in entries(contact.contact_id) if one.kind == "call"]
    assert sorted(one.origins for one in calls) == sorted(
        [answer.json["contact_id"]] for answer in (elsewhere, loyal)
    )
    assert all(len(where) == 1 for where in timelines().values())
    promises = [item for item in everything() if item["sk"].startswith("PROMISE#")]
    assert [one["pk"] for one in promises] == [f"CONTACT#{contact.contact_id}"]


def test_an_address_that_is_another_s_brings_nothing(clock: FakeClock) -> None:
    """A contact gave an address up and kept its id; its history is not the next owner's."""
    first = a_contact()
    tell(a_call())
    change = {"version": 1, "emails": [{"address": "ann@new.example"}]}
    change_contact(first.contact_id, ContactChange.model_validate(change), "asha", clock())

    second = a_contact(clock.tick(minutes=1))
    Pump().run()

    assert second.contact_id != first.contact_id
    assert "call" in kinds(first.contact_id)
    assert "call" not in kinds(second.contact_id)


def test_a_lead_s_events_go_to_the_contact_its_address_belongs_to(clock: FakeClock) -> None:
    contact = a_contact(emails=[{"address": "first@example.com"}, {"address": ANN}])
    seeded()
    invoke("lead_capture", form_post(email=ANN))

    Pump().run()

    assert kinds(contact.contact_id) == ["contact_created", "form_submitted"]
    assert entries(contact_id(ANN)) == []


def test_messages_of_another_shape_fail_alone_and_what_is_no_event_of_ours_is_passed_over() -> None:
    good = LeadAssigned(
        event_id="e1",
        occurred_at=NOW,
        lead_id=lead_id(1),
        owner_id="asha",
        cycle=1,
        attempt=1,
        reason="weighted",
    )
    batch = queue_event(
        [{"detail-type": "LeadAssigned", "detail": {}}, {"detail-type": "Other"}, bus_event(good)]
    )

    answer = invoke("history_record", batch)

    bad = batch["Records"][0]["messageId"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": bad}]}
    assert kinds(contact_id_of_lead(lead_id(1))) == ["lead_assigned"]


def test_a_behaviour_that_is_gone_by_now_is_passed_over() -> None:
    gone = {"subject_id": lead_id(1), "behaviour_id": "x", "name": "page_viewed"}
    event = {"detail-type": "BehaviourRecorded", "detail": {"event_id": "e", "occurred_at": iso(NOW), **gone}}  # fmt: skip

    assert invoke("history_record", queue_event([event])) == {"batchItemFailures": []}
    assert timelines() == {}
