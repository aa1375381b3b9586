"""Rows S1 and D4 on the deployed stack: one record per person, companies, custom fields as data;
and of S3 that a form from somebody we know attaches to them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from .company import address
from .stack import Reply, Stack

pytestmark = pytest.mark.journey


def created(stack: Stack, **facts: Any) -> dict[str, Any]:
    answer = stack.call("POST", "/v1/contacts", facts, who="rep")
    assert answer.status == 201, answer.text
    return dict(answer.json)


def changed(stack: Stack, contact: dict[str, Any], **facts: Any) -> Reply:
    path = f"/v1/contacts/{contact['contact_id']}"
    return stack.call("PATCH", path, {"version": contact["version"], **facts}, who="rep")


def custom_fields(stack: Stack, *added: dict[str, Any]) -> int:
    """Add custom fields of accounts; the version that is in force then."""
    known = stack.get("/v1/custom-fields/account", who="sales_manager").json
    body = {"version": known["version"], "fields": [*known["fields"], *added]}
    answer = stack.call("PUT", "/v1/custom-fields/account", body, who="sales_manager")
    assert answer.status == 200, answer.text
    # Configuration is kept by a process for half a minute.
    stack.tick("31s")
    return int(answer.json["version"])


def test_an_address_however_written_is_one_contact_and_a_stale_change_is_refused(
    stack: Stack,
) -> None:
    name = uuid4().hex[:12]
    ann = created(stack, last_name="Lee", emails=[{"address": f"Ann.{name}@EXAMPLE.com"}])

    again = stack.call(
        "POST", "/v1/contacts", {"emails": [{"address": f"ann.{name}@example.com"}]}, who="rep"
    )

    assert (again.status, again.json["code"]) == (409, "address_taken")
    assert again.json["contact_id"] == ann["contact_id"]
    assert changed(stack, ann, job_title="Buyer").status == 200
    late = changed(stack, ann, job_title="Seller")
    assert (late.status, late.json["version"]) == (412, 2)


def test_of_two_who_type_a_person_in_at_once_one_is_told_who_it_is(stack: Stack) -> None:
    body = {"emails": [{"address": address()}]}

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: stack.call("POST", "/v1/contacts", body, who="rep"), range(4))
        )

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert len({answer.json["contact_id"] for answer in answers}) == 1


def test_a_contact_belongs_to_companies_is_found_in_lists_and_comes_back(stack: Stack) -> None:
    mark = uuid4().hex[:8]
    group = stack.call("POST", "/v1/accounts", {"name": f"Group {mark}"}, who="rep").json
    part = {"name": f"Bank {mark}", "parent_id": group["account_id"]}
    bank = stack.call("POST", "/v1/accounts", part, who="rep").json
    circle = {"version": 1, "parent_id": bank["account_id"]}
    refused = stack.call("PATCH", f"/v1/accounts/{group['account_id']}", circle, who="rep")
    assert (refused.status, refused.json["fields"][0]["code"]) == (422, "circular")

    ann = created(
        stack,
        first_name="Ann",
        last_name=f"Żak{mark}",
        accounts=[{"account_id": bank["account_id"], "role": "Buyer"}],
        tags=[f"tag-{mark}"],
        owner_id="asha",
        zone="Mars/Phobos",
    )
    joined = stack.call(
        "PUT",
        f"/v1/accounts/{group['account_id']}/contacts/{ann['contact_id']}",
        {"role": "Adviser", "primary": True},
        who="rep",
    ).json

    assert (ann["zone"], [one["code"] for one in ann["warnings"]]) == ("UTC", ["zone_unknown"])
    assert [one["primary"] for one in joined["accounts"]] == [False, True]
    queries = (
        f"account={bank['account_id']}",
        f"tag=TAG-{mark}",
        f"name_begins=zak{mark}",
        f"owner=asha&name_begins=zak{mark}",
    )
    for query in queries:
        found = stack.get(f"/v1/contacts?{query}", who="analyst").json["items"]
        assert [one["contact_id"] for one in found] == [ann["contact_id"]], query
    path = f"/v1/contacts/{ann['contact_id']}"
    gone = stack.call("DELETE", f"{path}?version=2", who="rep")
    assert gone.status == 200, gone.text
    for query in queries:
        assert stack.get(f"/v1/contacts?{query}", who="rep").json["items"] == []
    back = stack.call("POST", f"{path}/restore", {"version": 3}, who="rep")
    assert (back.json["deleted_at"], back.json["accounts"]) == (None, joined["accounts"])


def test_a_new_required_field_leaves_old_records_as_good_as_before(stack: Stack) -> None:
    mark = uuid4().hex[:8]
    old = stack.call("POST", "/v1/accounts", {"name": f"Old {mark}"}, who="rep").json
    field = {"name": f"code_{mark}", "label": "Code", "type": "text", "pattern": "[A-Z]{3}"}
    path = f"/v1/accounts/{old['account_id']}"
    before = int(stack.get("/v1/custom-fields/account", who="rep").json["version"])

    number = custom_fields(stack, field | {"required": True})
    try:
        assert stack.get(path, who="rep").json == old
        edited = {"version": 1, "industry": "Banking"}
        assert stack.call("PATCH", path, edited, who="rep").status == 200
        new = stack.call("POST", "/v1/accounts", {"name": f"New {mark}"}, who="rep")
        assert new.json["fields"][0]["field"] == f"custom.code_{mark}"
        wrong = {"version": 2, "custom": {f"code_{mark}": "abc", "shoes": 43}}
        refused = stack.call("PATCH", path, wrong, who="rep")
        assert {one["field"]: one["code"] for one in refused.json["fields"]} == {
            f"custom.code_{mark}": "pattern_mismatch",
            "custom.shoes": "unknown_field",
        }
        right = {"version": 2, "custom": {f"code_{mark}": "ABC"}}
        assert stack.call("PATCH", path, right, who="rep").json["custom"] == {f"code_{mark}": "ABC"}
    finally:
        back = {"to_version": before, "version": number}
        stack.call("POST", "/v1/custom-fields/account/rollback", back, who="sales_manager")
        stack.tick("31s")
    changes = stack.get("/v1/audit?noun=custom_fields", who="sales_manager").json["items"]
    assert [one["action"] for one in changes[:2]] == ["rolled_back", "saved"]


def test_a_form_from_a_further_address_of_a_contact_is_that_contact_s(stack: Stack) -> None:
    own, further = address(), address()
    ann = created(stack, last_name="Lee", emails=[{"address": own}, {"address": further}])

    sent = stack.call("POST", "/v1/forms/contact/submissions", {"email": further.upper()})

    assert sent.status == 201, sent.text
    lead = stack.get(f"/v1/leads/{sent.json['lead_id']}", who="rep").json
    assert (lead["facts"]["email"], lead["contact_id"]) == (further, ann["contact_id"])
