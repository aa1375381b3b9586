"""What must be kept by law stays without telling who it was, is listed, and goes when its time comes."""

from typing import Any

import pytest

from shared.customers.contacts.repository import customers
from shared.platform import clock as platform_clock
from shared.platform.requests import Put
from tests.builders import a_contact
from tests.calls import Answer, http, invoke
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.privacy import ADA, erased, everything_kept, shown
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

UNTIL = "2026-01-01T00:00:00.000Z"
HOLD = {
    "name": "Accounting",
    "reason": "Records of sales are kept for ten years",
    "keeps": ["contacts.product"],
    "until": UNTIL,
}
PRODUCT = {
    "sku": "card-gold",
    "quantity": 1,
    "amount": 4_900,
    "currency": "EUR",
    "note": "for Ann's birthday",
}


@pytest.fixture
def ann() -> str:
    """A contact who bought something."""
    contact_id = a_contact(last_name="Shresthacharya")
    customers.write(Put({"pk": f"CONTACT#{contact_id}", "sk": "PRODUCT#card-gold#1", **PRODUCT}))
    return contact_id


def hold(contact_id: str, key: str | None = None, **changes: Any) -> Answer:
    path, route = f"/v1/contacts/{contact_id}/holds", "/v1/contacts/{contact_id}/holds"
    headers = {"idempotency-key": key} if key else None
    body = HOLD | changes
    return http("privacy_admin", "POST", path, body=body, headers=headers, staff=ADA, route=route)


def holds(contact_id: str) -> Any:
    path, route = f"/v1/contacts/{contact_id}/holds", "/v1/contacts/{contact_id}/holds"
    return http("privacy_admin", "GET", path, staff=ADA, route=route).json


def held() -> list[dict[str, Any]]:
    return [
        item
        for item in everything()
        if item["pk"].startswith("HELD#") and not item["sk"].startswith("HOLD#")
    ]


def test_what_a_hold_names_is_kept_without_telling_who_it_was(ann: str) -> None:
    assert hold(ann).status == 201

    request_id = erased(contact_id=ann)

    (kept,) = held()
    assert {name: kept[name] for name in ("sku", "amount", "currency")} == {
        "sku": "card-gold",
        "amount": 4_900,
        "currency": "EUR",
    }
    assert "note" not in kept
    text = everything_kept()
    assert [
        mark for mark in ("ann@example.com", "Shresthacharya", "birthday") if mark in text
    ] == []
    assert [item for item in everything() if item["pk"] == f"CONTACT#{ann}"] == []
    certificate = shown(request_id, "/certificate")["certificate"]
    (contacts,) = [one for one in certificate["stores"] if one["store"] == "contacts"]
    assert contacts["kept_by_holds"] == {"product": 1}
    assert "product" not in contacts["erased"]
    assert certificate["holds"] == [HOLD]


def test_without_a_hold_it_goes(ann: str) -> None:
    erased(contact_id=ann)

    assert held() == []


def test_what_was_kept_goes_when_the_hold_ends(ann: str, clock: FakeClock) -> None:
    hold(ann)
    erased(contact_id=ann)
    dispatch()
    assert len(held()) == 1

    clock.tick(days=300)
    dispatch()

    assert [item for item in everything() if item["pk"].startswith("HELD#")] == []


def test_what_another_hold_still_names_stays_until_that_one_ends(
    ann: str, clock: FakeClock
) -> None:
    hold(ann)
    hold(ann, name="Lawsuit", until="2027-01-01T00:00:00Z")
    erased(contact_id=ann)

    clock.tick(days=300)
    dispatch()
    assert len(held()) == 1

    clock.tick(days=366)
    dispatch()
    assert [item for item in everything() if item["pk"].startswith("HELD#")] == []


def test_a_hold_that_ended_or_was_lifted_keeps_nothing(ann: str, clock: FakeClock) -> None:
    hold(ann)
    lifted = hold(ann, name="Mistake", until="2035-01-01T00:00:00Z").json["hold_id"]
    path, route = f"/v1/contacts/{ann}/holds/{lifted}", "/v1/contacts/{contact_id}/holds/{hold_id}"
    assert http("privacy_admin", "DELETE", path, staff=ADA, route=route).status == 204
    assert http("privacy_admin", "DELETE", path, staff=ADA, route=route).code == "hold_not_found"
    clock.tick(days=300)

    erased(contact_id=ann)

    assert held() == []


def test_the_same_hold_with_its_key_is_one(ann: str) -> None:
    first = hold(ann, key="k1")

    assert hold(ann, key="k1").json == first.json
    assert hold(ann, key="k1", name="Another").code == "idempotency_key_reused"
    found = holds(ann)
    assert [one["name"] for one in found["items"]] == ["Accounting"]
    assert "contacts.product" in found["possible"]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"keeps": ["contacts.contact"]}, {"keeps.0": "keeps_unknown"}),
        ({"keeps": []}, {"keeps": "too_short"}),
        ({"until": "2020-01-01T00:00:00Z"}, {"until": "until_past"}),
        ({"until": "2099-01-01T00:00:00Z"}, {"until": "until_too_late"}),
        ({"until": "2030-01-01"}, {"until": "timezone_aware"}),
        ({"name": " "}, {"name": "string_too_short"}),
    ],
)
def test_a_hold_that_cannot_be_is_refused_by_field(
    ann: str, wrong: dict[str, Any], fields: dict[str, str]
) -> None:
    answer = hold(ann, **wrong)

    assert (answer.status, answer.fields) == (422, fields)
    assert holds(ann)["items"] == []


def dispatch() -> None:
    assert platform_clock.now()
    invoke("timer_dispatch", {"id": "tick", "detail-type": "Scheduled Event", "detail": {}})
    Pump().run()
