"""`contact_history`: what the next colleague has to know, so that nobody asks twice (rows C2, H4)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.kernel.clock import iso
from tests.calls import http, invoke
from tests.conftest import NOW, FakeClock
from tests.dealings import ANN, ANN_ID, a_call, a_contact, a_receipt, look, tell
from tests.operations.setting import form_post, seeded
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


def summary(contact_id: str = ANN_ID) -> dict[str, Any]:
    answer = look(contact_id, "summary")
    assert answer.status == 200, answer.text
    return dict(answer.json)


def replies(channel: str, hour: int, number: int, *, last: datetime = NOW) -> None:
    midnight = last.replace(hour=0, minute=0, second=0)
    for day in range(1, number + 1):
        at = midnight - timedelta(days=day) + timedelta(hours=hour, minutes=7 * day)
        known = {"id": f"{channel}-{hour}-{day}-{last}".replace(" ", "-").replace("+", "-")}
        tell(a_call(channel=channel, kind="message", occurred_at=iso(at), **known))


def test_five_replies_by_mail_at_ten_beat_two_by_phone_at_three() -> None:
    """Row H4's example."""
    replies("email", 10, 5)
    replies("telephone", 15, 2)

    best = summary()["best_time"]

    assert (best["channel"], best["between"]) == ("email", "10:00-11:00")
    assert (best["replies"], best["total"]) == (5, 7)


def test_only_the_last_ninety_days_count_and_the_clock_is_the_person_s() -> None:
    a_contact(zone="Asia/Kathmandu")
    replies("email", 10, 5, last=NOW - timedelta(days=91))
    replies("telephone", 15, 1)

    best = summary()["best_time"]

    assert (best["channel"], best["between"], best["zone"]) == (
        "telephone",
        "20:00-21:00",
        "Asia/Kathmandu",
    )


def test_an_attempt_that_reached_nobody_is_no_reply() -> None:
    tell(a_call(direction="outbound", outcome="not_reached"))
    assert summary()["best_time"] is None

    tell(a_call(id="call-2", direction="outbound", outcome="reached"))
    assert summary()["best_time"]["channel"] == "call_centre"


def test_the_last_place_is_the_newest_whichever_was_heard_of_first(clock: FakeClock) -> None:
    tell(a_receipt(place="Pokhara", occurred_at=iso(clock() - timedelta(hours=1))))
    tell(a_receipt(id="r2", place="Kathmandu", occurred_at=iso(clock() - timedelta(hours=9))))

    assert summary()["last_place"] == {"place": "Pokhara", "at": iso(clock() - timedelta(hours=1))}


def test_the_next_agent_s_view_holds_all_the_first_one_s_facts(clock: FakeClock) -> None:
    """Row C2's example, word by word."""
    seeded()
    contact = a_contact(language="ne", zone="Asia/Kathmandu", preferred_channel="phone")
    invoke("lead_capture", form_post("demo-request", email=ANN, last_name="Lee", consent="yes"))
    Pump().run()
    lead = next(
        entry["refs"]["lead_id"]
        for entry in look(contact.contact_id).json["entries"]
        if entry["kind"] == "form_submitted"
    )
    http(
        "lead_tasks",
        "POST",
        f"/v1/leads/{lead}/tasks",
        body={"title": "Measure the kitchen", "kind": "meeting"},
        staff=("maya", ["sales_manager"]),
        route="/v1/leads/{lead_id}/tasks",
    )
    clock.tick(minutes=5)
    tell(a_receipt())
    clock.tick(minutes=5)
    first = {
        "subject": "Kettle leaks",
        "text": "Bought it on Monday, leaks at the lid, is allergic to plastic.",
        "outcome": "replacement_agreed",
        "place": "Lalitpur",
        "duration_seconds": 540,
    }
    due = iso(clock() + timedelta(days=1))
    tell(
        a_call(id="first", kind="complaint", promises=[{"text": "Send a new lid", "due_at": due}])
        | first
    )

    found = summary(contact.contact_id)

    latest = found["last_contacts"][0]
    assert {name: latest[name] for name in first} == first
    assert latest["said"] == "Complained (Call centre): Kettle leaks, replacement agreed"
    assert latest["by"] == "nima"
    (promise,) = found["promised"]
    assert (promise["text"], promise["due_at"], promise["made_by"]) == (
        "Send a new lid",
        due,
        "nima",
    )
    assert found["preferences"] == {
        "preferred_channel": "phone",
        "language": "ne",
        "zone": "Asia/Kathmandu",
    }
    assert {(one["kind"], one["title"]) for one in found["open_matters"]} == {
        ("hand_off", "A lead that waits for an answer"),
        ("task", "Measure the kitchen"),
    }
    assert {one["sku"] for one in found["products"]} == {"kettle", "cup"}
    assert found["last_place"]["place"] == "Lalitpur"
    assert [one["kind"] for one in found["last_contacts"]] == [
        "complaint",
        "purchase",
        "form_submitted",
    ]


def test_a_person_without_a_record_has_a_summary_too() -> None:
    tell(a_call(promises=[{"text": "Call back"}]))

    found = summary()

    assert found["contact"] is None
    assert [one["text"] for one in found["promised"]] == ["Call back"]
    assert found["preferences"]["language"] is None
