"""Custom fields as versioned data (row D4): checked where values are stored, never where they are
read."""

from datetime import datetime
from typing import Any

import pytest

from tests.calls import http
from tests.conftest import FakeClock
from tests.customers import ASHA, MAYA, a_contact, contacts, custom_fields, fields

pytestmark = pytest.mark.usefixtures("tables")

EVERY_TYPE = [
    {"name": "note", "label": "Note", "type": "text", "pattern": "[A-Z]{2}[0-9]+"},
    {"name": "seats", "label": "Seats", "type": "number", "minimum": 1, "maximum": 1000.5},
    {"name": "since", "label": "Since", "type": "date"},
    {"name": "partner", "label": "Partner", "type": "boolean"},
    {"name": "size", "label": "Size", "type": "choice", "options": ["S", "M"]},
    {"name": "likes", "label": "Likes", "type": "multi_choice", "options": ["tea", "coffee"]},
    {"name": "site", "label": "Site", "type": "url"},
    {"name": "billing", "label": "Billing", "type": "email"},
    {"name": "fax", "label": "Fax", "type": "phone"},
]
TIER = {"name": "tier", "label": "Tier", "type": "choice", "options": ["gold", "iron"]}


def created(**custom: Any) -> Any:
    return contacts("POST", body={"last_name": "Rai", "country": "NP", "custom": custom})


def patched(contact_id: str, version: int, **facts: Any) -> Any:
    return contacts("PATCH", f"/{contact_id}", body={"version": version, **facts})


def put(version: int, *listed: dict[str, Any], by: Any = MAYA) -> Any:
    return fields("PUT", body={"version": version, "fields": listed}, by=by)


def test_a_value_of_each_type_is_stored_as_it_is_meant(now: datetime) -> None:
    custom_fields(now, *EVERY_TYPE)

    answer = created(
        note="AB12",
        seats=12.5,
        since="2025-06-02",
        partner=True,
        size="M",
        likes=["coffee", "tea", "coffee"],
        site="https://example.com/a?b=c",
        billing="Pay@EXAMPLE.com",
        fax="014123456",
    )

    assert answer.status == 201, answer.text
    assert answer.json["custom"] == {
        "note": "AB12",
        "seats": 12.5,
        "since": "2025-06-02",
        "partner": True,
        "size": "M",
        "likes": ["coffee", "tea"],
        "site": "https://example.com/a?b=c",
        "billing": "pay@example.com",
        "fax": "+97714123456",
    }
    read = contacts("GET", f"/{answer.json['contact_id']}")
    assert read.json["custom"] == answer.json["custom"]


def test_what_a_form_or_file_sends_as_text_is_taken_as_what_it_says(now: datetime) -> None:
    custom_fields(now, *EVERY_TYPE)

    answer = created(seats=" 12 ", partner="Yes", note="", likes=[], size=None)

    assert answer.json["custom"] == {"seats": 12, "partner": True}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("note", "ab12", "pattern_mismatch"),
        ("note", "AB12\nAB12", "pattern_mismatch"),
        ("note", "A" * 2_001, "too_long"),
        ("note", 7, "wrong_type"),
        ("seats", 0, "too_small"),
        ("seats", 1001, "too_large"),
        ("seats", True, "wrong_type"),
        ("seats", "many", "number_invalid"),
        ("seats", "NaN", "number_invalid"),
        ("seats", 1.1234567890123456, "number_invalid"),
        ("seats", "1e400", "number_invalid"),
        ("since", "2025-02-30", "date_invalid"),
        ("since", "20250602", "date_invalid"),
        ("partner", "perhaps", "wrong_type"),
        ("partner", 1, "wrong_type"),
        ("size", "L", "option_unknown"),
        ("likes", ["tea", "mate"], "option_unknown"),
        ("likes", "tea", "wrong_type"),
        ("site", "javascript:alert(1)", "url_invalid"),
        ("site", "https://", "url_invalid"),
        ("billing", "nobody", "email_invalid"),
        ("fax", "12", "phone_invalid"),
        ("shoes", "43", "unknown_field"),
    ],
)
def test_a_value_that_is_not_of_its_field_is_named(
    now: datetime, name: str, value: Any, code: str
) -> None:
    custom_fields(now, *EVERY_TYPE)

    answer = created(**{name: value})

    assert (answer.status, answer.fields) == (422, {f"custom.{name}": code})


def test_a_new_required_field_leaves_old_records_as_good_as_before(
    now: datetime, clock: FakeClock
) -> None:
    old = a_contact(now).contact_id
    custom_fields(now, TIER | {"required": True})
    clock.tick(minutes=1)

    assert contacts("GET", f"/{old}").status == 200
    assert patched(old, 1, job_title="Buyer").status == 200
    assert created().fields == {"custom.tier": "required"}
    assert created(tier="gold").status == 201
    assert patched(old, 2, custom={"tier": "iron"}).json["custom"] == {"tier": "iron"}
    assert patched(old, 3, custom={"tier": None}).fields == {"custom.tier": "required"}


def test_a_change_names_only_the_fields_it_means(now: datetime) -> None:
    custom_fields(now, TIER, EVERY_TYPE[1])
    contact = created(tier="gold", seats=5).json["contact_id"]

    assert patched(contact, 1, custom={"seats": 6}).json["custom"] == {"tier": "gold", "seats": 6}
    assert patched(contact, 2, custom={"tier": None}).json["custom"] == {"seats": 6}


def test_a_field_can_be_used_as_soon_as_it_is_there(now: datetime) -> None:
    assert created(tier="gold").fields == {"custom.tier": "unknown_field"}

    put(0, TIER)

    assert created(tier="gold").json["custom"] == {"tier": "gold"}


def test_a_field_that_is_gone_is_seen_no_more_and_its_values_are_kept(
    now: datetime, clock: FakeClock
) -> None:
    put(0, TIER)
    contact = created(tier="gold").json["contact_id"]
    put(1)
    clock.tick(minutes=1)

    assert contacts("GET", f"/{contact}").json["custom"] == {}
    assert patched(contact, 1, job_title="Buyer").status == 200
    fields("POST", "/contact/rollback", body={"to_version": 1, "version": 2})
    clock.tick(minutes=1)
    assert contacts("GET", f"/{contact}").json["custom"] == {"tier": "gold"}


def test_fields_are_versions_and_of_two_changes_one_wins() -> None:
    assert fields("GET", by=ASHA).json == {
        "version": 0,
        "fields": [],
        "saved_by": None,
        "saved_at": None,
        "active_since": None,
    }
    first = put(0, TIER)
    assert (first.status, first.json["version"], first.json["saved_by"]) == (200, 1, "maya")

    lost = put(0, EVERY_TYPE[0])

    assert (lost.status, lost.json["version"]) == (412, 1)
    assert fields("GET").json == first.json
    assert put(1, TIER, EVERY_TYPE[0]).json["version"] == 2
    back = fields("POST", "/contact/rollback", body={"to_version": 1, "version": 2})
    assert [one["name"] for one in back.json["fields"]] == ["tier"]
    assert back.json["version"] == 3


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ({"name": "Tier"}, "fields.0.name"),
        ({"type": "colour"}, "fields.0.type"),
        ({"options": []}, "fields.0"),
        ({"options": ["a", "a"]}, "fields.0"),
        ({"type": "text"}, "fields.0"),
        ({"type": "text", "options": [], "pattern": "("}, "fields.0.pattern"),
        ({"type": "text", "options": [], "pattern": r"(a)\1"}, "fields.0.pattern"),
        ({"pattern": "a"}, "fields.0"),
        ({"minimum": 1}, "fields.0"),
        ({"type": "number", "options": [], "minimum": 2, "maximum": 1}, "fields.0"),
        ({"visible_to": ["rep"]}, "fields.0"),
        ({"sensitive": True, "visible_to": ["king"]}, "fields.0.visible_to"),
        ({"colour": "red"}, "fields.0.colour"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_its_place(field: Any, place: str) -> None:
    answer = put(0, TIER | field)

    assert (answer.status, list(answer.fields)) == (422, [place])
    assert fields("GET").json["version"] == 0


def test_two_fields_have_two_names_and_a_name_keeps_its_type() -> None:
    assert put(0, TIER, TIER).status == 422
    put(0, TIER)

    other = put(1, EVERY_TYPE[0], {"name": "tier", "label": "Tier", "type": "text"})

    assert (other.status, other.fields) == (422, {"fields.1.type": "type_changed"})


def test_an_expression_somebody_typed_keeps_no_function_busy(now: datetime) -> None:
    custom_fields(now, {"name": "a", "label": "A", "type": "text", "pattern": "(a+)+"})

    assert created(a="a" * 1_999 + "!").fields == {"custom.a": "pattern_mismatch"}


def test_only_those_who_run_the_company_s_data_change_fields() -> None:
    body = {"version": 0, "fields": [TIER]}

    assert fields("PUT", body=body, by=ASHA).code == "role_missing"
    back = {"to_version": 1, "version": 2}
    assert fields("POST", "/contact/rollback", body=back, by=ASHA).code == "role_missing"
    assert fields("PUT", body=body, by=("ada", ["admin"])).status == 200
    assert fields("GET", "/invoice").code == "no_custom_fields"
    assert fields("PUT", "/invoice", body=body).status == 404


def test_who_changed_fields_is_recorded_and_seen_by_those_who_may_change_them() -> None:
    put(0, TIER)

    found = http("audit_query", "GET", "/v1/audit", staff=MAYA).json["items"]

    assert [(one["noun"], one["id"], one["by"], one["action"]) for one in found] == [
        ("custom_fields", "contact", "maya", "saved")
    ]
