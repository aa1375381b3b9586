"""`contact_history`: one list of everything that happened with a person (row H1)."""

import random
from datetime import timedelta
from typing import Any

import pytest

from shared.customers.behaviour.model import Behaviour
from shared.customers.behaviour.repository import save_new
from shared.customers.history import repository
from shared.customers.history.model import Entry
from shared.customers.history.repository import record
from shared.customers.identity import lead_id_of
from shared.kernel.clock import iso
from tests.calls import http, invoke
from tests.conftest import NOW, FakeClock
from tests.dealings import (
    ANN,
    ANN_ID,
    a_call,
    a_contact,
    a_receipt,
    contact_id,
    entries,
    keys,
    kinds,
    look,
    report,
    tell,
)
from tests.operations.setting import form_post, seeded
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


def at(minutes: int) -> str:
    return iso(NOW + timedelta(minutes=minutes))


def an_entry(number: int, **more: Any) -> Entry:
    given = {
        "contact_id": ANN_ID,
        "entry_id": f"entry-{number:05d}",
        "occurred_at": at(-number),
        "recorded_at": at(0),
        "kind": "page_viewed",
        "channel": "website",
        "touch_point": "website",
        "source": "customers",
        **more,
    }
    return Entry.model_validate(given)


def ids(answer: Any) -> list[str]:
    assert answer.status == 200, answer.text
    return [one["entry_id"] for one in answer.json["entries"]]


def test_five_channels_in_are_one_ordered_list(clock: FakeClock) -> None:
    """Row H1's example: a call centre, a till, a form, an aggregator and a blog."""
    seeded()
    keys()
    started = clock()
    report(
        a_call(occurred_at=iso(started - timedelta(hours=5))),
        a_receipt(occurred_at=iso(started - timedelta(hours=3))),
        a_call(id="offer", channel="aggregator", kind="offer", occurred_at=iso(started - timedelta(hours=4))),
        a_call(id="comment", channel="blog", kind="message", occurred_at=iso(started - timedelta(hours=1))),
    )  # fmt: skip
    invoke("lead_capture", form_post(email=ANN))
    Pump(only={"history_record"}).run()

    found = look(ANN_ID).json["entries"]

    assert [one["channel"] for one in found] == [
        "web_form",
        "blog",
        "point_of_sale",
        "aggregator",
        "call_centre",
    ]
    assert [one["occurred_at"] for one in found] == sorted(
        (one["occurred_at"] for one in found), reverse=True
    )
    assert [one["said"] for one in found][:3] == [
        "Sent the form contact",
        "Wrote to us (Blog)",
        "Bought Kettle, 2 x Cup (Point of sale)",
    ]


def test_a_late_event_stands_where_it_happened(clock: FakeClock) -> None:
    for number, hours in enumerate((6, 2, 4)):
        tell(a_call(id=f"call-{number}", occurred_at=iso(clock() - timedelta(hours=hours))))

    found = [one.occurred_at for one in entries(ANN_ID)]

    assert found == [iso(clock() - timedelta(hours=hours)) for hours in (2, 4, 6)]


def test_entries_of_one_instant_keep_their_order_and_none_is_lost_between_pages() -> None:
    same = [an_entry(number, occurred_at=at(0)) for number in range(30)]
    random.Random(7).shuffle(same)
    record(same)

    pages: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(4):
        answer = look(ANN_ID, limit="8", **cursor)
        pages += ids(answer)
        cursor = {"cursor": answer.json["next"]}

    assert cursor == {"cursor": None}
    assert pages == sorted((one.entry_id for one in same), reverse=True)


def test_what_comes_while_somebody_pages_shifts_nothing() -> None:
    record([an_entry(number) for number in range(10)])
    first = look(ANN_ID, limit="4")

    record([an_entry(99, occurred_at=at(5))])
    second = look(ANN_ID, limit="4", cursor=first.json["next"])

    assert ids(first) + ids(second) == [f"entry-{number:05d}" for number in range(8)]


def test_a_list_can_be_narrowed_by_kind_channel_touch_point_time_and_what_the_person_sees() -> None:
    record(
        [
            an_entry(1, kind="call", channel="telephone", touch_point="telephone", visible=True),
            an_entry(2, kind="call", channel="call_centre", touch_point="telephone"),
            an_entry(3, kind="message", channel="email", touch_point="email", visible=True),
            an_entry(4, kind="lead_assigned", channel=None, touch_point=None),
        ]
    )

    def found(**query: str) -> list[int]:
        return [int(one[-1]) for one in ids(look(ANN_ID, **query))]

    assert found() == [1, 2, 3, 4]
    assert found(kind="call,message") == [1, 2, 3]
    assert found(channel="email,call_centre") == [2, 3]
    assert found(touch_point="telephone") == [1, 2]
    assert found(visible="true") == [1, 3]
    assert found(**{"from": at(-3), "to": at(-1)}) == [2, 3]
    assert found(kind="call", visible="true") == [1]


def test_few_among_very_many_are_found_with_bounded_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "CHUNK", 10)
    many = 10 * (repository.QUERIES + 1)
    wanted = {10, many - 5}
    record(
        [
            an_entry(number, **({"kind": "call"} if number in wanted else {}))
            for number in range(many)
        ]
    )

    first = look(ANN_ID, kind="call", limit="10")
    second = look(ANN_ID, kind="call", limit="10", cursor=first.json["next"])

    assert (ids(first), ids(second)) == (["entry-00010"], [f"entry-{many - 5:05d}"])
    assert second.json["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"touch_point": "pigeon"}, "touch_point.0"),
        ({"from": "yesterday"}, "from"),
        ({"visible": "perhaps"}, "visible"),
    ],
)
def test_a_filter_that_is_none_is_refused(query: dict[str, str], field: str) -> None:
    record([an_entry(1)])

    answer = look(ANN_ID, **query)

    assert (answer.status, set(answer.fields)) == (422, {field})


def test_a_cursor_of_another_list_or_person_is_refused() -> None:
    other = contact_id("bob@example.com")
    record([an_entry(number) for number in range(3)])
    record([an_entry(number, contact_id=other) for number in range(3)])
    cursor = look(ANN_ID, limit="1").json["next"]

    refused = [look(other, cursor=cursor), look(ANN_ID, kind="call", cursor=cursor)]

    assert [one.code for one in refused] == ["cursor_invalid"] * 2


@pytest.mark.parametrize("what", ["history", "summary", "products", "promises"])
@pytest.mark.parametrize("unknown", ["contact_00000000000000000000000000", "contact_1", "asha"])
def test_nobody_is_not_found(what: str, unknown: str) -> None:
    answer = look(unknown, what)

    assert (answer.status, answer.code) == (404, "contact_not_found")


def test_a_contact_with_whom_nothing_happened_has_an_empty_list_whatever_the_filter() -> None:
    contact = a_contact()
    record([an_entry(1, contact_id=contact_id("bob@example.com"))])

    assert look(contact.contact_id).json["entries"] == []
    assert look(contact_id("bob@example.com"), kind="call").json["entries"] == []


def test_it_is_for_staff() -> None:
    path = f"/v1/contacts/{ANN_ID}/history"

    answer = http("contact_history", "GET", path, route="/v1/contacts/{contact_id}/history")

    assert answer.status == 401


def test_a_sales_path_is_told_to_staff_and_of_it_to_the_person_what_they_did(
    clock: FakeClock,
) -> None:
    seeded()
    invoke("lead_capture", form_post("demo-request", email=ANN, last_name="Rai", consent="yes"))
    Pump().run()

    seen = {"form_submitted", "consent_given"}
    assert {"lead_ready", "lead_assigned", "lead_moved"} == set(kinds(ANN_ID)) - seen
    shown = look(ANN_ID, visible="true").json["entries"]
    assert {one["kind"] for one in shown} == seen


def test_what_a_robot_did_with_somebody_s_mail_they_do_not_see_as_theirs() -> None:
    lead = str(lead_id_of("email", ANN))
    done = Behaviour(
        subject_id=lead,
        behaviour_id="open-1",
        name="email_opened",
        occurred_at=at(0),
        recorded_at=at(0),
        human=False,
        source="partner",
    )
    save_new([done])
    Pump(only={"history_record"}).run()

    (entry,) = entries(ANN_ID)

    assert (entry.kind, entry.visible, entry.touch_point) == ("email_opened", False, "email")
