"""A lead's person and the contact are one: a form from somebody we know attaches to them (S3)."""

from datetime import datetime
from typing import Any

import pytest

from shared.customers.contacts.persons import contacts_of
from shared.customers.contacts.repository import load
from shared.customers.identity import symbols_of
from tests.calls import http
from tests.customers import ASHA, a_contact, contacts
from tests.forms import ANN, SCRIPT, leads, post, store_form
from tests.pages import browse

pytestmark = pytest.mark.usefixtures("tables")


def captured(email: str) -> str:
    """Somebody fills in the form; the lead's id."""
    store_form("contact")
    assert post(form={**ANN, "email": email}, headers=SCRIPT).status < 300
    (stored,) = leads()
    return str(stored["lead_id"])


def lead(lead_id: str) -> Any:
    answer = http("lead_query", "GET", f"/v1/leads/{lead_id}", staff=ASHA)
    assert answer.status == 200, answer.text
    return answer.json


def customer(lead_id: str) -> Any:
    """The part of the lead's page that names the customer."""
    return browse("console_leads", "GET", f"/console/leads/{lead_id}/customer", who=ASHA, htmx=True)


def test_a_form_from_a_further_address_of_a_contact_is_that_contact_s(now: datetime) -> None:
    addresses = [{"address": "ann@home.example"}, {"address": "Ann@Work.example"}]
    ann = a_contact(now, emails=addresses)

    lead_id = captured("ann@work.example")

    assert lead(lead_id)["contact_id"] == ann.contact_id
    assert contacts_of([lead_id]) == {lead_id: ann.contact_id}
    part = customer(lead_id)
    assert part.one("a").attributes["href"] == f"/console/contacts/{ann.contact_id}"
    assert "Ann Lee" in part.text
    assert len(part.dynamodb_calls) == 3
    assert load(ann.contact_id) == ann, "nothing a form says changes the record"


def test_whoever_is_captured_first_becomes_a_contact_without_anything_being_copied(
    now: datetime,
) -> None:
    lead_id = captured("ann@example.com")
    assert lead(lead_id)["contact_id"] is None
    assert customer(lead_id).text.strip() == ""

    made = contacts("POST", body={"emails": [{"address": "ann@example.com"}]}).json["contact_id"]

    assert symbols_of(made) == symbols_of(lead_id)
    assert lead(lead_id)["contact_id"] == made


def test_an_address_a_contact_gave_up_leads_to_who_has_it_now(now: datetime) -> None:
    ann = a_contact(now, emails=[{"address": "office@example.com"}])
    lead_id = captured("office@example.com")
    moved = {"version": 1, "emails": [{"address": "ann@new.example"}]}
    contacts("PATCH", f"/{ann.contact_id}", body=moved)
    assert lead(lead_id)["contact_id"] == ann.contact_id, "what was done there was hers"

    bob = a_contact(now, "Bob Rai", emails=[{"address": "office@example.com"}])

    assert lead(lead_id)["contact_id"] == bob.contact_id


def test_a_contact_put_away_is_still_who_the_lead_is(now: datetime) -> None:
    ann = a_contact(now, emails=[{"address": "ann@example.com"}])
    lead_id = captured("ann@example.com")
    contacts("DELETE", f"/{ann.contact_id}", query={"version": "1"})

    assert lead(lead_id)["contact_id"] == ann.contact_id
    assert "Put away" in customer(lead_id).text
