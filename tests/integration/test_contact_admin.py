"""`/v1/contacts` over HTTP."""

from datetime import datetime
from typing import Any

import pytest

from tests.aws_calls import Answer, Call, Send, intercepted
from tests.calls import invoke, request
from tests.conftest import Logs
from tests.customers import (
    AGENT,
    ANALYST,
    ASHA,
    MAYA,
    a_contact,
    an_account,
    contacts,
    custom_fields,
)
from tests.pump import carried
from tests.staffing import employed, hire, person

pytestmark = pytest.mark.usefixtures("tables")

ANN = {"first_name": "Ann", "last_name": "Lee", "emails": [{"address": "Ann@EXAMPLE.com"}]}


def names(**query: str) -> list[str]:
    answer = contacts("GET", query=query)
    assert answer.status == 200, answer.text
    return [one["last_name"] for one in answer.json["items"]]


def dynamodb_calls(method: str, path: str, **how: Any) -> list[str]:
    """What a warm function asks of DynamoDB, without the question who asks."""
    employed(*ASHA)
    warm = {"last_name": "Warm"}
    invoke("contact_admin", request("POST", "/v1/contacts", body=warm, staff=ASHA))
    found: list[str] = []

    def noted(call: Call, send: Send) -> Answer:
        found.append(call.name)
        return send()

    with intercepted(noted):
        answer = invoke("contact_admin", request(method, path, staff=ASHA, **how))
    assert answer["statusCode"] < 300, answer
    assert found.pop(0) == "dynamodb.GetItem", "whoever asks is looked up first"
    return [name for name in found if name.startswith("dynamodb.")]


def test_the_same_address_in_other_letters_is_told_whose_it_is() -> None:
    first = contacts("POST", body=ANN)

    again = contacts("POST", body={"emails": [{"address": "ann@example.com"}]})

    assert (first.status, first.json["version"]) == (201, 1)
    assert first.headers["location"] == f"/v1/contacts/{first.json['contact_id']}"
    assert (again.status, again.code) == (409, "address_taken")
    assert again.json["contact_id"] == first.json["contact_id"]
    assert again.fields == {"emails.0.address": "address_taken"}


def test_a_change_from_a_stale_version_is_refused() -> None:
    path = f"/{contacts('POST', body=ANN).json['contact_id']}"
    newer = contacts("PATCH", path, body={"version": 1, "job_title": "Buyer"})

    late = contacts("PATCH", path, body={"version": 1, "job_title": "Seller"}, by=MAYA)

    assert (newer.status, newer.json["version"]) == (200, 2)
    assert (late.status, late.code, late.json["version"]) == (412, "version_stale", 2)
    assert contacts("GET", path).json["job_title"] == "Buyer"


def test_a_contact_is_created_and_read_in_one_call_each() -> None:
    assert dynamodb_calls("POST", "/v1/contacts", body=ANN) == ["dynamodb.TransactWriteItems"]
    contact = contacts("GET").json["items"][0]
    path = f"/v1/contacts/{contact['contact_id']}"

    assert dynamodb_calls("GET", path) == ["dynamodb.GetItem"]


def test_the_primary_address_changes_and_lists_are_replaced_whole() -> None:
    made = contacts("POST", body=ANN | {"phones": [{"number": "+9779841234567"}]}).json
    emails = [{"address": "ann@example.com"}, {"address": "lee@example.com", "primary": True}]

    changed = contacts(
        "PATCH", f"/{made['contact_id']}", body={"version": 1, "emails": emails, "phones": []}
    )

    assert [(one["address"], one["primary"]) for one in changed.json["emails"]] == [
        ("ann@example.com", False),
        ("lee@example.com", True),
    ]
    assert changed.json["phones"] == []


def test_what_is_taken_away_is_found_by_it_no_more(now: datetime) -> None:
    hire(person("asha"))
    bank = an_account(now).account_id
    facts = {"accounts": [{"account_id": bank}], "tags": ["vip"], "external_ids": {"erp": "7"}}
    made = contacts("POST", body=ANN | facts | {"owner_id": "asha"}).json
    assert names(account=bank) == names(tag="vip") == names(owner="asha") == ["Lee"]

    nothing = {"accounts": [], "tags": [], "external_ids": {}, "owner_id": None}
    answer = contacts("PATCH", f"/{made['contact_id']}", body={"version": 1, **nothing})

    assert answer.status == 200
    assert names(account=bank) == names(tag="vip") == names(owner="asha") == []
    other = {"last_name": "Rai", "external_ids": {"erp": "7"}}
    assert contacts("POST", body=other).status == 201


def test_a_wrong_zone_or_language_is_the_default_with_a_warning() -> None:
    answer = contacts("POST", body=ANN | {"zone": "Kathmandu", "language": "English"})

    assert answer.status == 201
    assert (answer.json["zone"], answer.json["language"]) == ("UTC", "en")
    assert {one["field"]: one["code"] for one in answer.json["warnings"]} == {
        "zone": "zone_unknown",
        "language": "language_unknown",
    }


def test_what_was_known_stays_where_a_change_names_no_zone_there_is() -> None:
    made = contacts("POST", body=ANN | {"zone": "Asia/Kathmandu", "language": "ne"}).json

    changed = contacts("PATCH", f"/{made['contact_id']}", body={"version": 1, "zone": "Narnia"})

    assert (changed.json["zone"], changed.json["version"]) == ("Asia/Kathmandu", 1)
    assert [one["field"] for one in changed.json["warnings"]] == ["zone"]


def test_a_key_makes_a_request_one() -> None:
    key = {"idempotency-key": "key-1"}
    first = contacts("POST", body=ANN, headers=key)

    again = contacts("POST", body=ANN, headers=key)
    other = contacts("POST", body=ANN | {"last_name": "Rai"}, headers=key)

    assert (again.status, again.json) == (201, first.json)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert contacts("POST", body=ANN, headers={"idempotency-key": "k" * 300}).status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"emails": [{"address": "nowhere"}]}, "emails.0.address"),
        ({"phones": [{"number": "12"}]}, "phones.0.number"),
        ({"emails": [{"address": "a@example.com", "verified_at": "now"}]}, "emails.0.verified_at"),
        ({"owner_id": "Nobody At All"}, "owner_id"),
        ({"last_name": "Rai", "owner_id": "nobody"}, "owner_id"),
        ({"last_name": "Rai", "accounts": [{"account_id": "x"}]}, "accounts.0.account_id"),
        ({"last_name": "x" * 201}, "last_name"),
        ({"last_name": "Rai", "custom": {"shoe_size": 43}}, "custom.shoe_size"),
        ({"last_name": "Rai", "surname": "Rai"}, "surname"),
        ({"last_name": "Rai", "tags": ["t"] * 21}, "tags"),
        ({"last_name": "Rai", "preferred_channel": "pigeon"}, "preferred_channel"),
        ({}, "last_name"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(body: Any, field: str) -> None:
    answer = contacts("POST", body=body)

    assert (answer.status, list(answer.fields)) == (422, [field])
    assert contacts("GET").json["items"] == []


def test_a_contact_put_away_is_in_no_list_and_comes_back() -> None:
    made = contacts("POST", body=ANN).json
    path = f"/{made['contact_id']}"

    assert contacts("DELETE", path, query={"version": "9"}).code == "version_stale"
    gone = contacts("DELETE", path, query={"version": "1"})

    assert gone.json["deleted_at"]
    assert names() == []
    assert names(deleted="true") == ["Lee"]
    assert contacts("GET", path).json["deleted_at"] == gone.json["deleted_at"]
    refused = contacts("PATCH", path, body={"version": 2, "job_title": "Buyer"})
    assert (refused.status, refused.code) == (409, "contact_deleted")
    assert contacts("POST", body=ANN).json["contact_id"] == made["contact_id"], "still hers"
    assert contacts("POST", f"{path}/restore", body={"version": 2}).json["deleted_at"] is None
    assert (names(), names(deleted="true")) == (["Lee"], [])


def test_lists_are_by_name_and_narrowed_by_owner_tag_account_and_beginning(now: datetime) -> None:
    hire(person("asha"), person("bikash"))
    bank = an_account(now)
    part = [{"account_id": bank.account_id}]
    a_contact(now, "Ann Żak", owner_id="asha", tags=["VIP"])
    a_contact(now, "Bob Lee", owner_id="bikash", tags=["vip"], accounts=part)
    a_contact(now, "Cid Lehmann", owner_id="asha", accounts=part)
    a_contact(now, "Dan Åberg")

    assert names() == ["Åberg", "Lee", "Lehmann", "Żak"]
    assert names(owner="me") == names(owner="asha") == ["Lehmann", "Żak"]
    assert sorted(names(tag="Vip")) == ["Lee", "Żak"]
    assert sorted(names(account=bank.account_id)) == ["Lee", "Lehmann"]
    assert names(name_begins="LE") == ["Lee", "Lehmann"]
    assert names(name_begins="za") == ["Żak"]
    assert names(name_begins="lee bo", owner="bikash", tag="vip") == ["Lee"]
    assert names(account=bank.account_id, owner="asha") == ["Lehmann"]
    assert names(tag="vip", name_begins="le") == ["Lee"]
    assert names(owner="nobody") == names(tag="x") == names(account="x") == []


def test_a_list_goes_on_page_by_page_with_nobody_left_out(now: datetime) -> None:
    for number in range(7):
        a_contact(now, f"Ann Lee{number}", tags=["all"] if number % 2 else [])

    for query in ({}, {"name_begins": "lee"}, {"tag": "all"}, {"tag": "all", "name_begins": "le"}):
        seen: list[str] = []
        cursor = ""
        while True:
            page = contacts("GET", query={**query, "limit": "2", "cursor": cursor}).json
            seen += [one["last_name"] for one in page["items"]]
            assert len(page["items"]) <= 2
            if not (cursor := page["next"] or ""):
                break
        whole = 7 if "tag" not in query else 3
        assert len(seen) == len(set(seen)) == whole, query


def test_a_list_refuses_what_it_does_not_know() -> None:
    assert contacts("GET", query={"ownr": "me"}).fields == {"ownr": "extra_forbidden"}
    assert contacts("GET", query={"cursor": "abc.def"}).code == "cursor_invalid"
    assert contacts("GET", query={"limit": "0"}).code == "limit_invalid"
    assert contacts("GET", query={"deleted": "maybe"}).status == 422


def test_all_staff_read_and_those_who_deal_with_people_write() -> None:
    path = f"/{contacts('POST', body=ANN, by=AGENT).json['contact_id']}"

    assert contacts("GET", path, by=ANALYST).status == 200
    for method, where, how in (
        ("POST", "", {"body": ANN}),
        ("PATCH", path, {"body": {"version": 1}}),
        ("DELETE", path, {"query": {"version": "1"}}),
        ("POST", f"{path}/restore", {"body": {"version": 1}}),
    ):
        assert contacts(method, where, by=ANALYST, **how).code == "role_missing"
    assert contacts("GET", path, by=None).status == 401


def test_what_is_not_there_is_not_found() -> None:
    nobody = "/contact_" + "0" * 26

    for method, how in (
        ("GET", {}),
        ("PATCH", {"body": {"version": 1}}),
        ("DELETE", {"query": {"version": "1"}}),
    ):
        assert contacts(method, nobody, **how).code == "contact_not_found"
    assert contacts("GET", "/nonsense").status == 404


def test_a_sensitive_value_is_a_mask_to_those_who_need_not_know_it(now: datetime) -> None:
    card = {"name": "card", "label": "Card", "type": "text", "sensitive": True}
    custom_fields(now, card | {"visible_to": ["rep"]}, {"name": "x", "label": "X", "type": "text"})
    custom = {"card": "4111 1111 1111 1234", "x": "seen"}
    path = f"/{contacts('POST', body=ANN | {'custom': custom}).json['contact_id']}"

    masked = contacts("GET", path, by=AGENT).json
    refused = contacts("PATCH", path, body={"version": 1, "custom": {"card": "1"}}, by=AGENT)

    assert contacts("GET", path).json["custom"] == custom
    assert masked["custom"] == {"card": "****1234", "x": "seen"}
    assert masked["masked"] == ["custom.card"]
    assert (refused.status, refused.code) == (403, "custom_field_forbidden")
    other = contacts("PATCH", path, body={"version": 1, "custom": {"x": "new"}}, by=AGENT)
    assert other.json["custom"] == {"card": "****1234", "x": "new"}
    assert contacts("GET", path).json["custom"] == {"card": custom["card"], "x": "new"}


def test_events_and_logs_hold_nothing_personal(logs: Logs) -> None:
    path = f"/{contacts('POST', body=ANN).json['contact_id']}"
    contacts("PATCH", path, body={"version": 1, "emails": [{"address": "lee@example.com"}]})
    contacts("DELETE", path, query={"version": "2"})
    contacts("POST", f"{path}/restore", body={"version": 3})

    facts = carried()

    assert [fact.type for fact in facts] == [
        "ContactCreated",
        "ContactChanged",
        "ContactDeleted",
        "ContactRestored",
    ]
    assert facts[1].detail["fields"] == ["emails"]
    for text in (logs.text, str([fact.detail for fact in facts])):
        assert not [word for word in ("ann", "lee", "example.com") if word in text.lower()]
