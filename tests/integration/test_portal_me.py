"""What customers see and change of themselves, over the API."""

import re
from typing import Any

import pytest

from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.repository import contact_key, customers, load
from shared.platform import clock as platform_clock
from shared.platform.requests import Put
from tests import cloud
from tests.calls import Answer, http, invoke
from tests.conftest import FakeClock, Logs
from tests.portal import ANN, BEN, code_for, customer, mails_to, me, wrong
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

NEW = "ann.lee@example.org"


def test_a_customer_sees_their_own_record_and_nothing_of_the_company_s() -> None:
    ann = customer(
        phones=[{"number": "+9779841234567"}],
        tags=["VIP"],
        external_ids={"erp": "4711"},
        language="ne",
        zone="Asia/Kathmandu",
    )

    answer = me("GET", "", ann)

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json["emails"] == [{"address": ANN, "primary": True, "verified": False}]
    assert answer.json["phones"] == [{"number": "+9779841234567", "primary": True}]
    assert (answer.json["language"], answer.json["zone"]) == ("ne", "Asia/Kathmandu")
    for hidden in ("VIP", "4711", "owner_id", "custom", "source", "created_by"):
        assert hidden not in answer.text


@pytest.mark.parametrize("asked", ["?contact_id=", "?id=", "?customer="])
def test_who_asks_is_the_token_s_word_alone(asked: str) -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")

    answer = http(
        "portal_query",
        "GET",
        "/v1/portal/me",
        query={asked.strip("?="): ben.contact_id},
        headers={"x-contact-id": ben.contact_id},
        customer=ann.contact_id,
    )

    assert answer.json["contact_id"] == ann.contact_id
    assert "Ben" not in answer.text


def test_nobody_asks_without_a_token() -> None:
    answer = http("portal_query", "GET", "/v1/portal/me")

    assert (answer.status, answer.code) == (401, "not_signed_in")


def test_a_customer_who_was_put_away_is_out_at_once() -> None:
    ann = customer()
    delete_contact(ann.contact_id, ann.version, "asha", platform_clock.now())

    assert me("GET", "", ann).code == "account_closed"


def test_a_merged_customer_is_followed_at_once() -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")
    alias = {**contact_key(ann.contact_id), "merged_into": ben.contact_id, "merge_id": "m"}
    customers.write(Put(alias))

    assert me("GET", "", ann).json["contact_id"] == ben.contact_id


def test_a_change_is_stored_and_answered() -> None:
    ann = customer()
    body = {
        "version": 1,
        "last_name": "Gurung",
        "phones": [{"number": "+977 984-1234567"}],
        "zone": "Asia/Kathmandu",
        "language": "ne-NP",
        "preferred_channel": "phone",
    }

    answer = me("PATCH", "", ann, body)

    known = load(ann.contact_id)
    assert answer.status == 200, answer.text
    assert known is not None and known.last_name == "Gurung" and known.first_name == "Ann"
    assert answer.json["phones"] == [{"number": "+9779841234567", "primary": True}]
    assert answer.json["version"] == known.version == 2
    assert me("PATCH", "", ann, body).code == "version_stale"


def test_a_zone_or_language_nobody_knows_is_told_and_harmless() -> None:
    ann = customer(zone="Asia/Kathmandu")

    answer = me("PATCH", "", ann, {"version": 1, "zone": "Mars/Base", "language": "???"})

    assert answer.status == 200
    assert {one["code"] for one in answer.json["warnings"]} == {"zone_unknown", "language_unknown"}
    assert answer.json["zone"] == "Asia/Kathmandu"


@pytest.mark.parametrize("body", [
    {"version": 1, "owner_id": "asha"},
    {"version": 1, "tags": ["VIP"]},
    {"version": 1, "emails": [{"address": BEN}]},
    {"version": 1, "accounts": [{"account_id": "account_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"}]},
    {"version": 1, "custom": {"discount": 99}},
    {"version": 1, "external_ids": {"erp": "1"}},
    {"version": 0}, {"version": "x"}, {}, {"version": 1, "last_name": "x" * 201},
    {"version": 1, "phones": [{"number": "12"}]},
    {"version": 1, "phones": [{"number": "+9779841234567"}] * 11},
    {"version": 1, "preferred_channel": "pigeon"},
    {"version": 1, "first_name": None, "last_name": None, "country": "Atlantis"},
])  # fmt: skip
def test_what_a_customer_may_not_say_is_refused_whole(body: dict[str, Any]) -> None:
    ann = customer()

    answer = me("PATCH", "", ann, body)

    assert answer.status == 422, answer.text
    assert answer.fields
    assert load(ann.contact_id) == ann


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"[" * 60_000, b"null"])
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    answer = me("PATCH", "", customer(), raw, headers={"content-type": "application/json"})

    assert answer.status in (400, 422)


def test_whose_a_number_is_is_not_told_and_not_asked_for_without_end() -> None:
    ben = customer(BEN, phones=[{"number": "+9779841234567"}])
    ann = customer()

    answers = [
        me("PATCH", "", ann, {"version": 1, "phones": [{"number": "+9779841234567"}]})
        for _ in range(6)
    ]

    assert [one.status for one in answers] == [409] * 5 + [429]
    assert answers[0].fields == {"phones.0.number": "address_taken"}
    assert ben.contact_id not in answers[0].text


# Changing the address one signs in by.


def asked(contact: Any, email: str = NEW) -> str:
    answer = me("POST", "/email-changes", contact, {"email": email})
    assert answer.status == 202, answer.text
    return str(answer.json["change_id"])


def confirm(contact: Any, change_id: str, code: str) -> Answer:
    path = f"/email-changes/{change_id}/confirmation"
    return me("POST", path, contact, {"code": code})


def link_to_object(pump: Pump) -> str:
    """What the mail to the former address leads to."""
    pump.run()
    found = re.search(r"token=([\w.-]+)", mails_to(ANN)[-1].body)
    assert found
    return found.group(1)


def test_an_address_is_changed_once_both_know(pump: Pump) -> None:
    ann = customer(emails=[{"address": ANN}, {"address": "ann@work.example"}])
    change = asked(ann)
    assert load(ann.contact_id) == ann, "nothing changes before the code was shown"

    answer = confirm(ann, change, code_for(NEW))

    assert answer.status == 200, answer.text
    assert [(one["address"], one["primary"], one["verified"]) for one in answer.json["emails"]] == [
        (NEW, True, True),
        ("ann@work.example", False, False),
    ]
    found = find_by_address("email", NEW)
    assert found is not None and found.contact_id == ann.contact_id
    assert find_by_address("email", ANN) is None
    assert link_to_object(pump)
    (told,) = mails_to(ANN)
    assert told.subject == "Your address at Jaladhara was changed"
    assert NEW not in told.body, "the former address does not learn the new one"
    assert pump.dead == []


def test_a_change_is_confirmed_once() -> None:
    ann = customer()
    change = asked(ann)
    code = code_for(NEW)
    confirm(ann, change, code)

    again = confirm(ann, change, code)

    assert (again.status, again.code) == (404, "change_not_found")


def test_five_wrong_codes_end_a_change() -> None:
    ann = customer()
    change = asked(ann)
    code = code_for(NEW)

    answers = [confirm(ann, change, wrong(code)) for _ in range(5)]

    assert {(one.status, one.code) for one in answers} == {(422, "code_wrong")}
    assert confirm(ann, change, code).code == "code_over"
    assert load(ann.contact_id) == ann


def test_a_change_is_confirmed_within_ten_minutes(clock: FakeClock) -> None:
    ann = customer()
    change = asked(ann)
    code = code_for(NEW)
    clock.tick(minutes=10)

    assert confirm(ann, change, code).code == "code_over"


def test_another_customer_s_change_does_not_exist() -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")
    change = asked(ann)

    answer = confirm(ben, change, code_for(NEW))

    assert (answer.status, answer.code) == (404, "change_not_found")
    for nonsense in ("x", "code_01JWQ6Y3MA0000000000000021", "%2e%2e", "CODE"):
        assert confirm(ben, nonsense, "123456").status == 404


def test_an_address_of_another_customer_is_learnt_by_whoever_reads_its_mail_only() -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")

    change = asked(ann, BEN)
    answer = confirm(ann, change, code_for(BEN))

    assert (answer.status, answer.fields) == (409, {"email": "address_taken"})
    assert ben.contact_id not in answer.text
    assert load(ann.contact_id) == ann and load(ben.contact_id) == ben


@pytest.mark.parametrize(("email", "code"), [
    (ANN, "email_same"), ("ANN@Example.com", "email_same"), ("ann", "email_invalid"),
    ("", "email_invalid"), ("a@b.c\r\nbcc: x@y.z", "email_invalid"),
])  # fmt: skip
def test_an_address_that_cannot_be_is_refused(email: str, code: str) -> None:
    answer = me("POST", "/email-changes", customer(), {"email": email})

    assert (answer.status, answer.fields) == (422, {"email": code})


def test_codes_for_new_addresses_are_not_asked_for_without_end() -> None:
    ann = customer()
    statuses = [
        me("POST", "/email-changes", ann, {"email": f"n{n}@example.com"}).status for n in range(6)
    ]

    assert statuses == [202] * 5 + [429]


def test_a_code_to_sign_in_does_not_change_an_address() -> None:
    from tests.portal import ask

    ann = customer()
    change = asked(ann)
    ask()

    assert confirm(ann, change, code_for(ANN)).code == "code_wrong"


def test_no_address_is_in_an_event_or_a_log(pump: Pump, logs: Logs) -> None:
    ann = customer()
    confirm(ann, asked(ann), code_for(NEW))
    pump.run()

    facts = [fact for fact in pump.published if fact.type in ("EmailReplaced", "ContactChanged")]
    assert {fact.type for fact in facts} == {"EmailReplaced", "ContactChanged"}
    for personal in (ANN, NEW):
        assert personal not in str([fact.detail for fact in facts])
        assert personal not in logs.text


def test_everything_kept_of_a_change_lies_with_its_contact() -> None:
    ann = customer()
    confirm(ann, asked(ann), code_for(NEW))

    holding = {one["pk"] for one in cloud.everything() if NEW in str(one)}
    assert holding == {f"CONTACT#{ann.contact_id}"}


def test_a_message_that_is_none_of_ours_is_left() -> None:
    from tests.calls import queue_event

    assert invoke("portal_mail", queue_event([{"x": 1}])) == {"batchItemFailures": []}
