"""Rows X6 and V12 over HTTP: what will be late today, and who calls."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.customers.history.repository import latest_with_record
from tests import dealings
from tests.calls import http
from tests.staffing import a_team, employed, hire, person
from tests.support import (
    MINA,
    OMAR,
    a_ticket,
    calls_made,
    desk,
    policies_in_force,
    queues_in_force,
)

pytestmark = pytest.mark.usefixtures("tables")

NINE = datetime(2025, 6, 2, 9, tzinfo=UTC)
OFFICE = {"zone": "UTC", "hours": {"mon": ["09:00-17:00"]}}
UNKNOWN = "+9779841234599"
OTHER = "+9779841234588"
NABIN = ("nabin", ["marketer"])


def foretold(**query: str) -> dict[str, Any]:
    answer = http("support_report", "GET", "/v1/support/forecast", staff=OMAR, query=query)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_with_one_at_work_the_third_ticket_will_be_late_and_what_is_on_leave_waits(clock):
    clock.at(NINE)
    a_team("support", manager=None)
    hire(person("tara", team_id="support", roles=("agent",), working_hours=OFFICE))
    away = [{"from": "2025-06-02", "to": "2025-06-02"}]
    hire(person("mina", team_id="sales", roles=("agent",), working_hours=OFFICE, leave=away))
    employed(*OMAR)
    queues_in_force(team_id="support")
    policies_in_force(first_response=40)
    tickets = [a_ticket()["ticket_id"] for _ in range(3)]
    hers = a_ticket(owner_id="mina")["ticket_id"]

    found = foretold(minutes="15")

    verdicts = {one["ticket_id"]: (one["verdict"], one["reason"]) for one in found["tickets"]}
    assert verdicts == {
        tickets[0]: ("in_time", "time_enough"),
        tickets[1]: ("in_time", "time_enough"),
        tickets[2]: ("will_breach", "too_much_before"),
        hers: ("will_breach", "owner_on_leave"),
    }
    assert (found["in_time"], found["will_breach"], found["breached"]) == (2, 2, 0)
    people = {one["staff_id"]: (one["standing"], one["tickets"]) for one in found["people"]}
    assert people == {"tara": ("at_work", 3), "mina": ("on_leave", 0)}
    assert foretold(minutes="10")["will_breach"] == 1


def test_a_forecast_is_two_queries_and_of_a_queue_there_is(clock):
    clock.at(NINE)
    hire(person("tara", team_id="support", roles=("agent",)))
    employed(*OMAR)
    queues_in_force(team_id="support")
    foretold()

    with calls_made() as made:
        foretold()
    assert made[-2:] == ["dynamodb.Query"] * 2
    missing = http(
        "support_report", "GET", "/v1/support/forecast", staff=OMAR, query={"queue": "nowhere"}
    )
    assert (missing.status, missing.json["code"]) == (404, "queue_not_found")


def rings(phone: str, *, by: Any = MINA, **query: str) -> Any:
    return http("screen_pop", "GET", "/v1/screen-pop", staff=by, query={"phone": phone, **query})


def test_an_unknown_number_from_nepal_is_a_card_with_its_country():
    answer = rings(UNKNOWN)

    assert answer.status == 200
    assert answer.json["known"] is False
    assert answer.json["create"] == {
        "phone": UNKNOWN,
        "country": "NP",
        "country_name": "Nepal",
    }
    assert rings("9841234599", region="NP").json["create"] == answer.json["create"]


def test_a_known_number_shows_the_person_their_open_tickets_and_what_was_last_said(clock):
    ann = dealings.a_contact(phones=[{"number": UNKNOWN}])
    open_one = a_ticket(email=None, contact_id=ann.contact_id)["ticket_id"]
    done = a_ticket(email=None, contact_id=ann.contact_id)["ticket_id"]
    desk("POST", f"/{done}/moves", body={"to": "resolved"})
    for number in range(6):
        clock.tick(minutes=1)
        told = dealings.a_call(
            id=f"call-{number}", text=f"Call {number}", contact_id=ann.contact_id
        )
        del told["email"]
        assert dealings.tell(told).status == 201
    rings(UNKNOWN)

    with calls_made() as made:
        answer = rings(UNKNOWN)

    assert answer.json["known"] is True
    assert answer.json["contact"]["contact_id"] == ann.contact_id
    assert [one["ticket_id"] for one in answer.json["tickets"]] == [open_one]
    texts = [one["text"] for one in answer.json["interactions"]]
    assert texts == [f"Call {number}" for number in (5, 4, 3, 2, 1)]
    # Her record is under her mail address: it comes with what was last said.
    assert made[1:] == ["dynamodb.BatchGetItem", "dynamodb.Query", "dynamodb.Query"]


def test_a_caller_first_known_by_that_number_costs_three_reads_and_what_is_masked_is_noted():
    card = {"name": "card", "label": "Card", "type": "text", "sensitive": True}
    fields = {"version": 0, "fields": [{**card, "visible_to": ["rep"]}]}
    path, route = "/v1/custom-fields/contact", "/v1/custom-fields/{noun}"
    saved = http(
        "custom_field_admin", "PUT", path, route=route, body=fields, staff=("ada", ["admin"])
    )
    assert saved.status == 200, saved.text
    dealings.a_contact(emails=[], phones=[{"number": UNKNOWN}], custom={"card": "4929123412341234"})
    rings(UNKNOWN)

    with calls_made() as made:
        answer = rings(UNKNOWN)

    assert answer.json["contact"]["custom"] == {"card": "****1234"}
    assert made[-4:] == [
        *["dynamodb.BatchGetItem", "dynamodb.Query", "dynamodb.Query"],
        "dynamodb.PutItem",
    ]


def test_a_caller_is_told_what_marketing_offers_people_like_them_and_no_more(clock):
    # A minute of its own: what is offered is remembered for one.
    clock.at(datetime(2025, 7, 7, 7, 7, tzinfo=UTC))
    offers = [
        {"field": "tag", "value": "vip", "text": "Free filters for a year"},
        {"field": "country", "value": "NP", "text": "Ten percent off"},
    ]
    about = {"name": "Spring", "kind": "text", "text": "Look: {{ offer }}", "offers": offers}
    named = {"defaults": {"offer": "our news"}}
    kept = http("template_admin", "POST", "/v1/templates", staff=NABIN, body=about | named)
    assert kept.status == 201, kept.text
    ann = dealings.a_contact(phones=[{"number": UNKNOWN}], country="NP", tags=["VIP"])
    dealings.a_contact(emails=[], phones=[{"number": OTHER}])

    made = rings(UNKNOWN).json

    template_id, text = kept.json["template_id"], "Free filters for a year"
    expected = {"template_id": template_id, "template": "Spring", "text": text}
    assert (made["contact_id"], made["offers"]) == (ann.contact_id, [expected])
    assert rings(OTHER).json["offers"] == []
    assert rings("+97714000000").json["offers"] == []


def test_the_record_of_whoever_has_many_entries_is_read_apart():
    ann = dealings.a_contact(phones=[{"number": UNKNOWN}])
    for number in range(3):
        told = dealings.a_call(id=f"call-{number}", contact_id=ann.contact_id)
        del told["email"]
        assert dealings.tell(told).status == 201

    record, entries = latest_with_record(ann.contact_id, limit=3)
    assert record is None and len(list(entries)) == 3
    record, entries = latest_with_record(ann.contact_id, limit=20)
    assert record and record["contact_id"] == ann.contact_id and len(list(entries)) >= 3


def test_what_is_no_number_is_named_and_who_has_no_dealings_with_people_sees_nobody():
    answer = rings("hello")
    assert (answer.status, answer.json["fields"][0]["code"]) == (422, "phone_invalid")
    assert rings(UNKNOWN, by=("ana", ["analyst"])).status == 403
