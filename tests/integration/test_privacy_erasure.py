"""What an erasure leaves of a person, and of others: in all stores, whatever is on its way, and whoever comes back."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest

from shared.customers.imports.chunks import rows_in
from shared.customers.privacy import partitions, working
from shared.customers.privacy.finishing import LOOK_AGAIN_AFTER
from shared.customers.suppression.repository import erased_among, suppressed
from shared.platform import clock as platform_clock
from shared.platform.observability import logger
from tests.builders import a_contact
from tests.calls import invoke, queue_event, request
from tests.cloud import client, everything
from tests.conftest import FakeClock, Logs
from tests.forms import post, store_form
from tests.imports import PEOPLE, imported, last_run
from tests.imports import call as imports
from tests.known import FILES, MARKS, NAMES, known_through_every_door
from tests.operations.setting import BROWSER, PUBLIC_KEY, VISITOR, form_post, seeded
from tests.privacy import (
    ask,
    erased,
    every_object,
    everything_kept,
    exported,
    look_again,
    shown,
)
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

ANN_LEE = {"email": "ann@example.com", "last_name": "Lee", "consent": "yes"}


def test_after_an_erasure_nothing_is_found_in_tables_buckets_logs_and_events(logs: Logs) -> None:
    contact_id = known_through_every_door()
    exported(contact_id=contact_id)
    before = everything_kept()
    assert [mark for mark in MARKS if mark not in before] == []
    logger().setLevel("DEBUG")

    erased(contact_id=contact_id)

    kept = everything_kept()
    assert [mark for mark in MARKS if mark.lower() in kept.lower()] == []
    assert [mark for mark in MARKS if mark.lower() in logs.text.lower()] == []


def test_files_that_mention_a_person_go_and_rows_on_their_way_are_emptied() -> None:
    known_through_every_door()

    request_id = erased(email="ann@example.com")

    left = {key: body for key, body in every_object() if key in FILES}
    assert set(left) == {
        "aws/lambda/mapping/2",
        "exports/export_2.csv",
        "chunks/import_1/0001/00001",
    }
    first, second = rows_in(left["chunks/import_1/0001/00001"])
    assert (first.number, first.cells, first.wrong) == (2, (), "person_erased")
    assert second.cells == ("Bob", "Lee", "bob@example.com")
    stores = {one["store"]: one["found"] for one in shown(request_id)["stores"]}
    assert stores["import_chunks"] == {"row": 1}
    assert stores["parked"] == {"object": 2}


def test_a_store_without_time_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    known_through_every_door()
    monkeypatch.setattr(working, "BUDGET_SECONDS", -1.0)
    monkeypatch.setattr(partitions, "PER_STEP", 4)
    asked = ask("erasure", email="ann@example.com").json["request_id"]
    Pump(only=["privacy_plan"]).run()
    message = {"request_id": asked, "store": "leads", "round": 1}

    times = 0
    while invoke("privacy_work", queue_event([message]))["batchItemFailures"]:
        times += 1
        assert times < 20

    assert times >= 2
    assert [
        item for item in everything() if item["pk"].startswith("LEAD#") and "state" in item
    ] == []
    stores = {one["store"]: one for one in shown(asked)["stores"]}
    assert stores["leads"]["done"]
    assert stores["leads"]["found"]["submission"] == 1


def test_what_was_published_names_nobody() -> None:
    seen = Pump()
    known_through_every_door()
    seen.run()
    erased(email="ann@example.com")
    seen.run()

    text = json.dumps([fact.raw for fact in seen.published])
    assert "ContactErased" in text
    assert [mark for mark in MARKS if mark.lower() in text.lower()] == []


@pytest.mark.parametrize(
    "subject",
    [{"email": "ANN@example.com"}, {"phone": "+977 9841234567"}, {"email": "ann@work.example"}],
)
def test_a_person_is_found_by_any_of_their_addresses(subject: dict[str, str]) -> None:
    known_through_every_door()

    erased(**subject)

    kept = everything_kept().lower()
    assert [mark for mark in MARKS if mark.lower() in kept] == []


def test_a_lead_who_is_no_contact_is_erased_by_the_phone_that_led_to_them() -> None:
    seeded()
    invoke("lead_capture", form_post(**NAMES, email="ann@example.com", phone="+9779841234567"))
    Pump().run()

    erased(phone="+9779841234567")

    kept = everything_kept().lower()
    assert [mark for mark in MARKS if mark.lower() in kept] == []


def test_others_are_left_alone() -> None:
    known_through_every_door()
    bob = a_contact(first_name="Bob", emails=[{"address": "bob@example.com"}])
    # Bob's form names the number of the office, which is Ann's.
    invoke("lead_capture", form_post(email="bob@example.com", phone="+9779841234567"))
    Pump().run()

    erased(email="bob@example.com")

    kept = everything_kept()
    assert "bob@example.com" not in kept
    assert [mark for mark in MARKS if mark not in kept] == []
    assert suppressed("phone", "+9779841234567", "marketing") is None
    assert bob not in {item["pk"].removeprefix("CONTACT#") for item in everything()}


def test_the_addresses_stay_suppressed_as_keyed_hashes() -> None:
    known_through_every_door()
    erased(email="ann@example.com")

    asked: Any = [("email", "ann@example.com"), ("email", "ann@work.example")]
    assert erased_among(asked) == {*asked}
    # A person who comes back by a form of their own is a lead; nobody writes to them.
    store_form("contact", after=1)
    assert (
        post(form={"email": "ann@example.com"}, headers={"accept": "application/json"}).status
        == 201
    )
    assert suppressed("email", "ann@example.com", "marketing") is not None


@pytest.mark.parametrize("target", ["contacts", "leads"])
def test_a_file_does_not_bring_an_erased_person_back(target: str) -> None:
    ann = a_contact(phones=[{"number": "+9779841234567"}])
    erased(contact_id=ann)

    one = imported(PEOPLE, target)

    assert last_run(one) == {"created": 1, "failed": 2}
    errors = imports(
        "GET", f"/{one['import_id']}/rows", "/{import_id}/rows", query={"outcome": "failed"}
    )
    assert "person_erased" in errors.text
    assert [
        i for i in everything() if "Ann" in (i.get("first_name"), i.get("staff_first_name"))
    ] == []
    assert suppressed("phone", "+9779841234567", "marketing") is not None


def test_an_owner_s_load_goes_with_the_lead() -> None:
    seeded()
    invoke("lead_capture", form_post("demo-request", **ANN_LEE))
    Pump().run()
    loads = [item["open"] for item in everything() if item["sk"] == "LOAD"]
    assert loads == [1]

    erased(email="ann@example.com")

    assert [item["open"] for item in everything() if item["sk"] == "LOAD"] == [0]
    look_again()
    assert [item for item in everything() if "timer_kind" in item] == []


def test_a_browser_that_two_people_used_keeps_what_the_other_did(clock: FakeClock) -> None:
    known_through_every_door()
    clock.tick(minutes=1)
    invoke("lead_capture", form_post(email="bob@example.com", _visitor=VISITOR))
    Pump().run()
    clock.tick(minutes=1)
    views = [
        {"id": "bob-1", "name": "page_viewed", "visitor_id": VISITOR, "url": "https://x.test/bob"}
    ]
    headers = {"x-write-key": PUBLIC_KEY, "user-agent": BROWSER}
    invoke(
        "behaviour_capture", request("POST", "/v1/events", body={"events": views}, headers=headers)
    )

    erased(email="ann@example.com")

    left = [item for item in everything() if item["pk"] == f"SUBJECT#{VISITOR}"]
    assert [item["behaviour_id"] for item in left if item["sk"].startswith("EVENT#")] == ["bob-1"]
    assert len([item for item in left if item["sk"].startswith("LINK")]) == 2


def test_what_was_on_its_way_is_gone_after_the_second_look_and_counted() -> None:
    contact_id = known_through_every_door()
    asked = ask("erasure", contact_id=contact_id).json["request_id"]
    Pump().run()
    assert shown(asked)["state"] == "settling"
    late: Any = {"pk": f"CONTACT#{contact_id}", "sk": "HISTORY#2025-06-01T00:00:00.000Z#late"}
    client("dynamodb").put_item(
        TableName="crm-test-customers", Item={name: {"S": value} for name, value in late.items()}
    )

    look_again()

    assert [item for item in everything() if item["pk"] == late["pk"]] == []
    stores = {one["store"]: one for one in shown(asked)["stores"]}
    assert stores["contacts"]["found"]["history"] >= 1


def test_who_comes_back_between_the_two_looks_stays() -> None:
    known_through_every_door()
    asked = ask("erasure", email="ann@example.com").json["request_id"]
    Pump().run()
    fake: Any = platform_clock.now
    fake.tick(minutes=1)
    invoke("lead_capture", form_post(email="ann@example.com", _visitor=VISITOR, message="Again"))
    Pump().run()

    look_again()

    assert shown(asked)["state"] == "done"
    assert "ann@example.com" in everything_kept()
    leads = [item for item in everything() if item.get("kind") == "lead"]
    assert [lead["form_email"] for lead in leads] == ["ann@example.com"]


def test_an_erasure_is_done_however_often_and_in_whatever_order_its_messages_come() -> None:
    contact_id = known_through_every_door()
    asked = ask("erasure", contact_id=contact_id).json["request_id"]
    Pump(copies=3, shuffle=random.Random(7)).run()
    fake: Any = platform_clock.now
    fake.tick(minutes=25)
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump(copies=3, shuffle=random.Random(8)).run()

    found = shown(asked)
    assert found["state"] == "done"
    stores = {one["store"]: one["found"] for one in found["stores"]}
    assert stores["behaviour"] == {"behaviour": 3, "browser": 1}
    completed = [item for item in everything() if item["sk"] == "CERTIFICATE"]
    assert len(completed) == 1


def test_erasing_takes_no_longer_than_the_longest_queue_tries() -> None:
    # Five deliveries, three minutes apart (infra/constructs/queue.py).
    assert timedelta(minutes=15) < LOOK_AGAIN_AFTER
