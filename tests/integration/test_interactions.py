"""`interaction_capture`: what others report they had to do with people, each thing once (rows H2, H3)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.customers.contacts.repository import contact_key, customers
from shared.customers.identity import contact_id_of, lead_id_of
from shared.customers.interactions.model import MAX_LINES, MAX_PROMISES
from shared.customers.privacy.erasures import erased_op
from shared.kernel.clock import iso
from shared.platform.requests import Put
from tests.calls import http
from tests.cloud import everything
from tests.conftest import NOW, FakeClock
from tests.dealings import (
    AGENT,
    ANN,
    ANN_ID,
    PAGE,
    a_call,
    a_contact,
    a_receipt,
    entries,
    keys,
    look,
    report,
    tell,
)
from tests.pump import carried

pytestmark = pytest.mark.usefixtures("tables")


def stored() -> list[dict[str, Any]]:
    return [item for item in everything() if item["pk"].startswith(("CONTACT#", "INTERACTION#"))]


def test_a_call_is_an_entry_with_all_that_was_said(now: Any) -> None:
    answer = tell(
        a_call(
            occurred_at=iso(now - timedelta(hours=1)),
            direction="outbound",
            outcome="reached",
            duration_seconds=240,
            subject="Delivery",
            text="Wants it\r\nbefore Friday",
            place="Kathmandu",
        )
    )

    assert answer.status == 201
    assert answer.json["contact_id"] == ANN_ID
    (entry,) = entries(ANN_ID)
    assert (entry.entry_id, entry.by, entry.source) == (
        answer.json["interaction_id"],
        "nima",
        "staff",
    )
    assert (entry.kind, entry.channel, entry.touch_point) == ("call", "call_centre", "telephone")
    assert (entry.occurred_at, entry.recorded_at) == (iso(now - timedelta(hours=1)), iso(now))
    assert (entry.text, entry.duration_seconds) == ("Wants it\nbefore Friday", 240)
    assert entry.visible and entry.reply


def test_a_receipt_replayed_is_one_purchase(clock: FakeClock) -> None:
    keys()
    first = report(a_receipt())
    clock.tick(days=3)

    again = report(a_receipt())

    assert (first.json["recorded"], again.json["recorded"]) == (1, 0)
    assert again.json["items"][0]["state"] == "duplicate"
    assert again.json["items"][0]["contact_id"] == ANN_ID
    assert [one.kind for one in entries(ANN_ID)] == ["purchase"]
    assert [one.type for one in carried()].count("ProductPurchased") == 1
    products = look(ANN_ID, "products").json
    assert [(one["sku"], one["quantity"]) for one in products["items"]] == [
        ("kettle", 1),
        ("cup", 2),
    ]
    assert products["items"][1]["spent"] == {"EUR": 1_000}


def test_an_id_used_for_something_else_is_refused_and_nothing_of_the_request_stored() -> None:
    tell(a_call())
    before = len(stored())

    single = tell(a_call(text="Something else"))
    batch = tell(a_call(id="call-2"), a_call(text="Something else"))
    within = tell(a_call(id="call-3"), a_call(id="call-3", text="Other"))

    assert (single.status, single.fields) == (422, {"id": "id_reused"})
    assert batch.fields == {"interactions.1.id": "id_reused"}
    assert within.fields == {"interactions.1.id": "id_reused"}
    assert len(stored()) == before


def test_two_callers_may_use_the_same_id() -> None:
    keys()

    answers = [tell(a_call()), tell(a_call(), by=("asha", ["rep"]))]
    answers.append(report(a_call()))

    assert [one.status for one in answers] == [201, 201, 200]
    assert len(entries(ANN_ID)) == 3


def test_a_batch_of_a_hundred_with_one_twice_counts_each_once() -> None:
    keys()
    calls = [a_call(id=f"call-{number}") for number in range(99)]

    answer = report(*calls, calls[0])
    again = report(*calls, a_call(id="call-99"))

    assert (answer.json["recorded"], answer.json["duplicates"]) == (99, 1)
    assert [one["state"] for one in answer.json["items"]][-1] == "duplicate"
    assert (again.json["recorded"], again.json["duplicates"]) == (1, 99)
    assert len(entries(ANN_ID)) == 100


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_has_one_to_a_hundred(number: int) -> None:
    keys()

    answer = report(*(a_call(id=f"call-{one}") for one in range(number)))

    assert (answer.status, set(answer.fields)) == (422, {"interactions"})


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"id": ""}, "id", "string_pattern_mismatch"),
        ({"channel": "pigeon"}, "channel", "channel_unknown"),
        ({"email": "nobody@"}, "email", "email_invalid"),
        ({"email": None}, "contact_id", "subject_not_single"),
        ({"phone": "+9779841234567"}, "contact_id", "subject_not_single"),
        ({"email": None, "phone": "12"}, "phone", "phone_invalid"),
        ({"email": None, "lead_id": "lead_1"}, "lead_id", "lead_id_invalid"),
        ({"email": None, "contact_id": "contact_1"}, "contact_id", "contact_id_invalid"),
        ({"email": None, "contact_id": ANN_ID}, "contact_id", "contact_not_found"),
        ({"kind": "greeting"}, "kind", "literal_error"),
        ({"kind": "purchase"}, "", "purchase_mismatch"),
        ({"purchase": {"currency": "EUR", "lines": [{"sku": "a", "amount": 1}]}}, "", "purchase_mismatch"),
        ({"occurred_at": "2025-06-02T12:00:00"}, "occurred_at", "timezone_aware"),
        ({"occurred_at": iso(NOW + timedelta(minutes=6))}, "occurred_at", "occurred_in_the_future"),
        ({"occurred_at": "1960-01-01T00:00:00Z"}, "occurred_at", "occurred_too_long_ago"),
        ({"duration_seconds": -1}, "duration_seconds", "greater_than_equal"),
        ({"text": "x" * 8_001}, "text", "string_too_long"),
        ({"outcome": "Not a code"}, "outcome", "string_pattern_mismatch"),
        ({"promises": [{"text": ""}]}, "promises.0.text", "string_too_short"),
        ({"promises": [{"text": "x"}] * (MAX_PROMISES + 1)}, "promises", "too_long"),
        ({"colour": "red"}, "colour", "extra_forbidden"),
    ],
)  # fmt: skip
def test_what_is_not_acceptable_is_told_by_field_and_stores_nothing(
    more: dict[str, Any], field: str, code: str
) -> None:
    answer = tell(a_call(**more))

    assert (answer.status, answer.fields) == (422, {field: code})
    assert stored() == []


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ({"amount": 12.5}, "purchase.lines.0.amount", "int_from_float"),
        ({"amount": -1}, "purchase.lines.0.amount", "greater_than_equal"),
        ({"quantity": 0}, "purchase.lines.0.quantity", "greater_than_equal"),
        ({"sku": "a b"}, "purchase.lines.0.sku", "string_pattern_mismatch"),
    ],
)
def test_money_is_whole_minor_units_and_a_line_is_a_product(
    line: dict[str, Any], field: str, code: str
) -> None:
    bought = {"currency": "EUR", "lines": [{"sku": "cup", "amount": 100, **line}]}

    assert tell(a_receipt(purchase=bought)).fields == {field: code}


def test_a_body_that_is_no_json_is_400() -> None:
    answer = http("interaction_capture", "POST", "/v1/interactions", body="[" * 60_000, staff=AGENT)

    assert (answer.status, answer.code) == (400, "json_invalid")


def test_the_largest_receipt_is_one_transaction() -> None:
    lines = [{"sku": f"sku-{number}", "amount": 1} for number in range(MAX_LINES)]
    promises = [{"text": f"Promise {number}"} for number in range(MAX_PROMISES)]

    answer = tell(
        a_receipt(
            purchase={"currency": "EUR", "lines": lines},
            promises=promises,
            text="x" * 8_000,
        )
    )

    assert answer.status == 201
    assert len(look(ANN_ID, "products").json["items"]) == MAX_LINES
    assert len(look(ANN_ID, "promises").json["items"]) == MAX_PROMISES


def test_a_person_is_found_by_whatever_they_are_known_by() -> None:
    contact = a_contact(phones=[{"number": "+9779841234567"}], external_ids={"loyalty": "card-9"})
    known_by: list[dict[str, Any]] = [
        {"contact_id": contact.contact_id},
        {"email": "ANN@example.com"},
        {"phone": "+977 984-1234567"},
        {"lead_id": str(lead_id_of("phone", "+9779841234567"))},
        {"external": {"system": "loyalty", "id": "card-9"}},
    ]

    for number, given in enumerate(known_by):
        call = {"id": f"call-{number}", "channel": "telephone", "kind": "call", **given}
        assert tell(call).json["contact_id"] == contact.contact_id

    assert len(entries(contact.contact_id)) == len(known_by)


def test_a_person_nobody_knows_has_a_history_under_the_id_their_contact_will_have() -> None:
    kept = tell(a_call(email=None, phone="+97714123456")).json["contact_id"]
    assert look(kept).json["contact"] is None

    contact = a_contact(emails=[], phones=[{"number": "+97714123456"}])

    assert contact.contact_id == kept
    assert look(kept).json["contact"]["contact_id"] == kept
    assert len(look(kept).json["entries"]) == 1


def test_a_contact_that_was_merged_away_leads_to_the_other() -> None:
    winner = a_contact()
    gone = contact_id_of("email", "gone@example.com")
    customers.write(Put({**contact_key(gone), "merged_into": winner.contact_id, "merge_id": "m"}))

    call = {"id": "call-1", "contact_id": gone, "channel": "telephone", "kind": "call"}

    assert tell(call).json["contact_id"] == winner.contact_id
    assert look(gone).json["contact_id"] == winner.contact_id


def test_what_happened_before_a_person_was_erased_is_not_kept_and_what_is_after_is(
    clock: FakeClock,
) -> None:
    keys()
    before = iso(clock())
    customers.write(erased_op(ANN_ID, "privacy_1", clock.tick(hours=1)))
    clock.tick(hours=1)

    answer = report(
        a_receipt(occurred_at=before), a_call(), a_call(id="other", email="bob@example.com")
    )

    assert answer.status == 200, answer.text
    assert [one["state"] for one in answer.json["items"]] == ["erased", "recorded", "recorded"]
    assert (answer.json["recorded"], answer.json["erased"]) == (2, 1)
    assert [one.kind for one in entries(ANN_ID)] == ["call"]
    assert not [item for item in stored() if item["sk"].startswith("PRODUCT#")]


def test_a_note_is_for_colleagues_and_so_is_what_is_marked_so() -> None:
    tell(a_call(id="note", kind="note", channel="telephone"))
    tell(a_call(id="hidden", visible=False))
    tell(a_call(id="seen"))

    assert [one.visible for one in entries(ANN_ID)].count(True) == 1
    assert len(look(ANN_ID, visible="true").json["entries"]) == 1


@pytest.mark.parametrize("key", [None, "crm_sec_unknown", ""])
def test_a_system_needs_a_key(key: str | None) -> None:
    keys()

    answer = report(a_call(), key=key or "crm_sec_" if key is not None else "")

    assert answer.status == 401


def test_a_key_that_pages_show_may_not_report() -> None:
    keys()

    answer = report(a_call(), key=PAGE)

    assert (answer.status, answer.code) == (403, "key_is_public")
    assert stored() == []


def test_analysts_read_and_do_not_write() -> None:
    assert tell(a_call(), by=("lila", ["analyst"])).status == 403


def test_events_carry_ids_and_no_words_of_anybody() -> None:
    tell(a_receipt(text="Secret words", subject="Secret subject"))

    facts = carried()

    assert {one.type for one in facts} == {"InteractionRecorded", "ProductPurchased"}
    assert "Secret" not in str(facts) and ANN not in str(facts)
    assert facts[1].detail["amount_minor"] == 3_499
