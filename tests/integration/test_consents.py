"""Consent per purpose and channel: with evidence, append-only, withdrawn at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.customers.consents.changes import decide
from shared.customers.consents.model import Consent, ConsentState, Evidence
from shared.customers.consents.repository import of_contact, with_log
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import NewContact
from shared.customers.contacts.repository import contact_key, customers
from shared.customers.identity import contact_id_of, contact_id_of_lead
from shared.customers.privacy.erasures import erased_op
from shared.kernel.clock import iso
from shared.kernel.errors import AlreadyHandled
from shared.platform.requests import Put
from tests.builders import captured
from tests.calls import Answer, bus_event, http, invoke, queue_event
from tests.conftest import FakeClock
from tests.forms import ANN, post, store_form
from tests.pump import Pump, carried

pytestmark = pytest.mark.usefixtures("tables")

ASHA = ("asha", ["rep"])
YES = {"purpose": "marketing", "channel": "email", "state": "granted", "text_version": "2025-01"}
NO = {"purpose": "marketing", "channel": "email", "state": "withdrawn"}


@pytest.fixture
def ann(now: datetime) -> str:
    """A contact."""
    new = NewContact.model_validate({"first_name": "Ann", "emails": [{"address": ANN["email"]}]})
    return create_contact(new, "asha", None, now).contact.contact_id


def say(contact_id: str, body: dict[str, Any], key: str | None = None) -> Answer:
    headers = {"idempotency-key": key} if key else None
    path, route = f"/v1/contacts/{contact_id}/consents", "/v1/contacts/{contact_id}/consents"
    return http("consent_admin", "POST", path, body=body, headers=headers, staff=ASHA, route=route)


def consents(contact_id: str) -> Any:
    path, route = f"/v1/contacts/{contact_id}/consents", "/v1/contacts/{contact_id}/consents"
    answer = http("consent_admin", "GET", path, staff=ASHA, route=route)
    assert answer.status == 200, answer.text
    return answer.json


def state_of(contact_id: str) -> list[ConsentState]:
    return [one.state for one in of_contact(contact_id)]


def test_a_withdrawal_holds_at_once_and_the_log_keeps_both(ann: str, clock: FakeClock) -> None:
    assert say(ann, YES).status == 201
    clock.tick(minutes=1)
    assert say(ann, NO).status == 201

    found = consents(ann)
    assert [one["state"] for one in found["items"]] == ["withdrawn"]
    assert [one["state"] for one in found["log"]] == ["withdrawn", "granted"]
    assert found["log"][1]["evidence"] == {
        "source": "staff",
        "text_version": "2025-01",
        "by": "asha",
        "form_id": None,
        "submission_id": None,
        "address_hash": None,
    }


def test_purposes_and_channels_are_decided_one_by_one(ann: str) -> None:
    say(ann, YES)
    say(ann, {**NO, "channel": "phone"})
    say(ann, {**NO, "purpose": "service"})

    found = {(one["purpose"], one["channel"]): one["state"] for one in consents(ann)["items"]}
    assert found == {
        ("marketing", "email"): "granted",
        ("marketing", "phone"): "withdrawn",
        ("service", "email"): "withdrawn",
    }


def test_sent_again_with_its_key_it_is_one_decision_even_after_another(
    ann: str, clock: FakeClock
) -> None:
    first = say(ann, YES, key="k1")
    clock.tick(minutes=1)
    say(ann, NO)
    clock.tick(minutes=1)

    again = say(ann, YES, key="k1")

    assert again.json == first.json
    assert [one["state"] for one in consents(ann)["items"]] == ["withdrawn"]
    assert len(consents(ann)["log"]) == 2
    assert say(ann, NO, key="k1").code == "idempotency_key_reused"


def test_a_yes_heard_of_late_does_not_undo_a_later_no(ann: str, now: datetime) -> None:
    say(ann, NO)
    early = (now - timedelta(hours=1)).isoformat()

    assert say(ann, {**YES, "decided_at": early}).status == 201

    assert state_of(ann) == [ConsentState.WITHDRAWN]
    assert [one["state"] for one in consents(ann)["log"]] == ["withdrawn", "granted"]


def test_of_one_instant_the_no_stands_in_either_order(ann: str, clock: FakeClock) -> None:
    say(ann, NO)
    say(ann, YES)
    assert state_of(ann) == [ConsentState.WITHDRAWN]

    clock.tick(seconds=1)
    say(ann, YES)
    say(ann, NO)
    assert state_of(ann) == [ConsentState.WITHDRAWN]


def test_what_is_asked_for_and_not_confirmed_waits_and_tells_nobody(ann: str) -> None:
    say(ann, {**YES, "state": "pending"})

    assert state_of(ann) == [ConsentState.PENDING]
    assert [fact for fact in carried() if fact.type.startswith("Consent")] == []


def test_decisions_are_published(ann: str, clock: FakeClock) -> None:
    say(ann, YES)
    clock.tick(minutes=1)
    say(ann, NO)

    facts = [fact for fact in carried() if fact.type.startswith("Consent")]
    assert [fact.type for fact in facts] == ["ConsentGiven", "ConsentWithdrawn"]
    assert {fact.detail["contact_id"] for fact in facts} == {ann}
    assert {(f.detail["purpose"], f.detail["channel"], f.detail["origin"]) for f in facts} == {
        ("marketing", "email", "staff")
    }


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"purpose": "Marketing!"}, "purpose"),
        ({"channel": "pigeon"}, "channel"),
        ({"state": "maybe"}, "state"),
        ({"decided_at": "2999-01-01T00:00:00Z"}, "decided_at"),
        ({"decided_at": "2025-01-01T00:00:00"}, "decided_at"),
        ({"by": "somebody"}, "by"),
    ],
)
def test_what_is_no_decision_is_refused_by_field(
    ann: str, wrong: dict[str, str], field: str
) -> None:
    answer = say(ann, YES | wrong)

    assert (answer.status, [*answer.fields]) == (422, [field])
    assert of_contact(ann) == []


def test_nobody_s_consents_are_404() -> None:
    assert say(contact_id_of("email", "nobody@example.com"), YES).status == 404
    assert say("contact_x", YES).code == "contact_not_found"


def test_a_form_s_consent_becomes_the_person_s(pump: Pump) -> None:
    store_form("contact")
    lead_id = post(form=ANN | {"consent": "yes"}, headers={"accept": "application/json"}).json[
        "lead_id"
    ]
    pump.run()

    contact_id = contact_id_of_lead(lead_id)
    (found,), (decision,) = with_log(contact_id)
    assert (found.purpose, found.channel, found.state) == ("marketing", "email", "granted")
    assert found.evidence.text_version == "2025-01"
    assert (found.evidence.source, found.evidence.form_id) == ("form", "contact")
    assert decision.entry_id == found.evidence.submission_id
    assert [item["evidence"]["source"] for item in consents(contact_id)["log"]] == ["form"]


def test_a_form_without_a_consent_says_nothing(pump: Pump) -> None:
    store_form("contact")
    post(form=ANN, headers={"accept": "application/json"})
    pump.run()

    assert of_contact(contact_id_of("email", ANN["email"])) == []


def test_a_form_s_consent_counts_once_however_often_it_is_heard_of(now: datetime) -> None:
    event = captured(1, consent_purpose="marketing", consent_channel="any", consent_version="1")

    for _ in range(3):
        answer = invoke("consent_record", queue_event([bus_event(event)]))
        assert answer["batchItemFailures"] == []

    standing, log = with_log(contact_id_of_lead(event.lead_id))
    assert [one.channel for one in standing] == ["any"]
    assert len(log) == 1


def test_a_decision_about_a_merged_record_is_kept_at_the_one_that_counts(
    ann: str, now: datetime
) -> None:
    other = contact_id_of("email", "ann@old.example")
    customers.write(Put({**contact_key(other), "merged_into": ann, "merge_id": "merge_1"}))

    assert say(other, YES).status == 201
    decide(other, a_consent(now), "entry-1", now)

    assert of_contact(other) == []
    assert len(with_log(ann)[1]) == 2


def test_what_was_decided_before_an_erasure_does_not_come_back(now: datetime) -> None:
    gone = contact_id_of("email", "gone@example.com")
    customers.write(erased_op(gone, "privacy_1", now))

    with pytest.raises(AlreadyHandled):
        decide(gone, a_consent(now - timedelta(minutes=5)), "entry-1", now)
    assert with_log(gone) == ([], [])

    decide(gone, a_consent(now + timedelta(minutes=5)), "entry-2", now)
    assert len(with_log(gone)[1]) == 1, "who comes back may agree again"


def a_consent(at: datetime) -> Consent:
    return Consent(
        purpose="marketing",
        channel="email",
        state=ConsentState.GRANTED,
        at=iso(at),
        evidence=Evidence(source="form"),
    )
