"""`POST /v1/leads`: leads by hand and by API."""

from typing import Any

import pytest

from shared.platform.requests import Update
from shared.sales.leads.identity import successor
from shared.sales.leads.repository import lead_key, sales
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.forms import ANN, leads, post, store_form, submissions
from tests.pump import carried

REP = ("staff_1", ["rep"])
FACTS = {"email": "Ann@EXAMPLE.com", "last_name": "Rai", "job_title": "Manager"}


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def create(facts: Any, *, key: str | None = None, staff: Any = REP, **more: Any) -> Answer:
    """Type a lead in."""
    headers = {"idempotency-key": key} if key else {}
    body = {"facts": facts, **more}
    return http("lead_create", "POST", "/v1/leads", body=body, staff=staff, headers=headers)


def test_a_lead_typed_in_by_staff_is_stored_with_its_event() -> None:
    answer = create(FACTS, hand_off="now", source="fair")

    (lead,), (submission,), (event,) = leads(), submissions(), carried()
    assert answer.status == 201
    assert answer.headers["location"] == f"/v1/leads/{lead['lead_id']}"
    assert (lead["staff_email"], lead["staff_job_title"]) == ("ann@example.com", "Manager")
    assert (lead["state"], lead["source"], lead["version"]) == ("new", "fair", 1)
    assert submission["staff_id"] == "staff_1"
    assert (event.type, event.detail["channel"]) == ("LeadCaptured", "staff")
    assert event.detail["hand_off"] == "now"
    assert event.detail["submission_id"] == answer.json["submission_id"]


def test_an_address_that_is_known_is_409_with_the_existing_id() -> None:
    store_form("contact")
    lead_id = post(body={**ANN, "phone": "+9779812345678"}).json["lead_id"]

    by_email = create({"email": "ann@example.com"})
    by_phone = create({"phone": "+977 981-2345678"})
    by_either = create({"email": "other@example.com", "phone": "+9779812345678"})

    for answer in (by_email, by_phone, by_either):
        assert (answer.status, answer.code) == (409, "lead_exists")
        assert answer.json["lead_id"] == lead_id
    assert len(leads()) == 1


def test_a_web_form_adds_to_a_lead_that_staff_typed_in(clock: FakeClock) -> None:
    store_form("contact")
    lead_id = create(FACTS).json["lead_id"]
    clock.tick(hours=1)

    answer = post(body=ANN)

    (lead,) = leads()
    assert answer.json["lead_id"] == lead["lead_id"] == lead_id
    assert (lead["staff_last_name"], lead["form_first_name"]) == ("Rai", "Ann")
    assert (lead["submissions"], lead["version"]) == (2, 2)


def test_the_same_request_with_its_key_changes_nothing_and_another_one_is_422(
    clock: FakeClock,
) -> None:
    first = create(FACTS, key="k1")
    clock.tick(hours=2)
    again = create(FACTS, key="k1")
    other = create({"email": "bob@example.com"}, key="k1")
    somebody_else = create({"email": "bob@example.com"}, key="k1", staff=("staff_2", ["rep"]))

    assert again == first
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert somebody_else.status == 201
    assert len(leads()) == len(submissions()) == 2


def test_a_converted_person_is_typed_in_as_a_new_lead() -> None:
    first = create(FACTS).json["lead_id"]
    sales.write(Update(lead_key(first), set={"intake_closed": True}))

    again = create(FACTS)

    assert again.json["lead_id"] == successor(first)


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({}, {"facts.email": "required"}),
        ({"email": "x"}, {"facts.email": "email_invalid"}),
        ({"phone": "9812345678"}, {"facts.phone": "phone_invalid"}),
        (
            {"email": "a@example.com", "country": "XX", "Bad Name": "x", "company": "x" * 501},
            {
                "facts.country": "country_invalid",
                "facts.Bad Name": "name_invalid",
                "facts.company": "too_long",
            },
        ),
    ],
)
def test_each_fact_that_is_wrong_is_named(facts: dict[str, str], fields: dict[str, str]) -> None:
    answer = create(facts)

    assert (answer.status, answer.code) == (422, "validation_failed")
    assert answer.fields == fields


def test_who_may_not_create_leads_is_refused() -> None:
    nobody = create(FACTS, staff=None)
    analyst = create(FACTS, staff=("staff_3", ["analyst"]))

    assert (nobody.status, analyst.status) == (401, 403)
    assert leads() == []


def test_bodies_that_cannot_be_read_or_hold_more_are_refused() -> None:
    nested = http("lead_create", "POST", "/v1/leads", body="[" * 65_000, staff=REP)
    more = create(FACTS, owner="me")

    assert (nested.status, nested.code) == (400, "json_invalid")
    assert more.fields == {"owner": "extra_forbidden"}
