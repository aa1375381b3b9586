"""Export and erasure of everything kept of a person, in all stores."""

import io
import json
import zipfile
from typing import Any

import pytest

from shared.customers import personal_data as customers_data
from shared.customers.privacy.certificate import signature_of
from shared.customers.suppression.repository import suppressed
from shared.marketing import personal_data as marketing_data
from shared.sales import personal_data as sales_data
from shared.support import personal_data as support_data
from tests.builders import a_contact
from tests.calls import Answer, http
from tests.conftest import FakeClock
from tests.known import MARKS, known_through_every_door
from tests.privacy import (
    ADA,
    ask,
    erased,
    everything_kept,
    exported,
    shown,
)

pytestmark = pytest.mark.usefixtures("tables")


def documents(archive: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: json.loads(opened.read(name)) for name in opened.namelist()}


def test_an_export_holds_everything_there_is_of_a_person_in_all_stores() -> None:
    contact_id = known_through_every_door()

    request_id, archive = exported(contact_id=contact_id)

    found = documents(archive)
    entities = {
        name: {one["entity"] for one in document["records"]}
        for name, document in found.items()
        if name != "contents.json"
    }
    assert entities["leads.json"] >= {"lead", "submission", "task", "hand_off"}
    assert entities["contacts.json"] >= {"contact", "consent", "consent_decision"}
    assert entities["behaviour.json"] == {"behaviour", "browser"}
    assert entities["quarantine.json"] == {"submission"}
    assert entities["parked.json"] == {"object"}
    text = json.dumps(found, ensure_ascii=False)
    assert [mark for mark in MARKS if mark not in text] == []
    assert "On +977 9841234567" in text
    assert "list_pk" not in text and "_events" not in text
    files = {one["file"]: one["records"] for one in found["contents.json"]["documents"]}
    assert files["behaviour.json"] == {"behaviour": 3, "browser": 1}
    assert shown(request_id)["download_url"].startswith("https://")


def test_an_export_can_be_fetched_for_a_week(clock: FakeClock) -> None:
    request_id, _ = exported(contact_id=a_contact())
    clock.tick(days=6)
    assert shown(request_id)["download_url"]

    clock.tick(days=1)
    assert shown(request_id)["download_url"] is None


def test_the_certificate_lists_stores_and_counts_and_is_signed() -> None:
    contact_id = known_through_every_door()
    request_id = erased(contact_id=contact_id)

    given = shown(request_id, "/certificate")

    document = given["certificate"]
    stores = {one["store"]: one for one in document["stores"]}
    assert set(stores) == {
        one.name
        for one in (
            *customers_data.STORES,
            *sales_data.STORES,
            *marketing_data.STORES,
            *support_data.STORES,
        )
    }
    assert stores["behaviour"]["erased"] == {"behaviour": 3, "browser": 1}
    assert stores["leads"]["erased"]["submission"] == 1
    assert stores["leads"]["erased"]["task"] == 1
    assert stores["suppressions"]["kept_without_identity"] == {"suppression": 3}
    assert document["suppressed_addresses"] == 3
    completed, expires = document["completed_at"], document["last_back_up_expires_at"]
    assert expires > completed
    assert given["signature"] == signature_of(document)
    assert verify(given).json == {"valid": True}


def verify(signed: dict[str, Any]) -> Answer:
    return http("certificate_verify", "POST", "/v1/privacy/certificates/verify", body=signed)


def test_a_certificate_that_was_changed_is_refused_and_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = shown(erased(contact_id=a_contact()), "/certificate")
    given["certificate"]["completed_at"] = "2020-01-01T00:00:00.000Z"

    answer = verify(given)

    assert (answer.status, answer.code) == (422, "certificate_invalid")
    assert '"CertificateRefused":1' in capsys.readouterr().out
    assert verify({**given, "signature": "é"}).code == "certificate_invalid"


def test_of_a_stranger_nothing_is_found_and_that_is_certified_too() -> None:
    request_id = erased(email="nobody@example.com")

    stores = shown(request_id, "/certificate")["certificate"]["stores"]
    assert [one for one in stores if one["erased"]] == []
    assert suppressed("email", "nobody@example.com", "marketing") is not None
    assert "nobody@example.com" not in everything_kept()


def test_a_second_request_of_a_kind_waits_for_the_first() -> None:
    contact_id = a_contact()
    first = ask("erasure", contact_id=contact_id)

    second = ask("erasure", contact_id=contact_id)

    assert (second.status, second.code) == (409, "privacy_request_under_way")
    assert second.json["request_id"] == first.json["request_id"]
    assert ask("export", contact_id=contact_id).status == 202


def test_the_same_request_with_its_key_is_one() -> None:
    contact_id = a_contact()
    first = ask("export", key="k1", contact_id=contact_id)

    assert ask("export", key="k1", contact_id=contact_id).json == first.json
    assert ask("erasure", key="k1", contact_id=contact_id).code == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("subject", "status", "code"),
    [
        ({}, 422, "validation_failed"),
        ({"email": "a@b.example", "phone": "+9779841234567"}, 422, "validation_failed"),
        ({"email": "nobody"}, 422, "validation_failed"),
        ({"contact_id": "contact_00000000000000000000000000"}, 404, "contact_not_found"),
        ({"contact_id": "x"}, 404, "contact_not_found"),
    ],
)
def test_for_whom_must_be_said(subject: dict[str, str], status: int, code: str) -> None:
    answer = ask("export", **subject)

    assert (answer.status, answer.code) == (status, code)


def test_requests_are_listed_newest_first(clock: FakeClock) -> None:
    contact_id = a_contact()
    first = ask("export", contact_id=contact_id).json["request_id"]
    clock.tick(minutes=1)
    second = ask("erasure", email="bob@example.com").json["request_id"]

    found = http(
        "privacy_admin", "GET", "/v1/privacy/requests", query={"limit": "1"}, staff=ADA
    ).json
    assert [one["request_id"] for one in found["items"]] == [second]
    query = {"limit": "1", "cursor": found["next"]}
    rest = http("privacy_admin", "GET", "/v1/privacy/requests", query=query, staff=ADA).json
    assert [one["request_id"] for one in rest["items"]] == [first]
    query = {"contact_id": contact_id}
    ours = http("privacy_admin", "GET", "/v1/privacy/requests", query=query, staff=ADA).json
    assert [one["request_id"] for one in ours["items"]] == [first]
