"""`/v1/accounts` over HTTP."""

from datetime import datetime
from typing import Any

import pytest

from tests.customers import (
    ANALYST,
    ASHA,
    a_contact,
    accounts,
    an_account,
    contacts,
    custom_fields,
)
from tests.pump import carried
from tests.staffing import hire, person

pytestmark = pytest.mark.usefixtures("tables")

BANK = {"name": "Himal Bank", "domains": ["Himal.example"], "country": "np"}


def names(**query: str) -> list[str]:
    answer = accounts("GET", query=query)
    assert answer.status == 200, answer.text
    return [one["name"] for one in answer.json["items"]]


def made(**facts: Any) -> dict[str, Any]:
    answer = accounts("POST", body=BANK | facts)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def changed(account: dict[str, Any], **facts: Any) -> Any:
    body = {"version": account["version"], **facts}
    return accounts("PATCH", f"/{account['account_id']}", body=body)


def put(account: dict[str, Any], contact_id: str, **part: Any) -> Any:
    return accounts("PUT", f"/{account['account_id']}/contacts/{contact_id}", body=part)


def memberships(contact_id: str) -> list[tuple[str, str | None, bool]]:
    found = contacts("GET", f"/{contact_id}").json["accounts"]
    return [(one["account_id"], one["role"], one["primary"]) for one in found]


def test_an_account_is_created_read_and_changed() -> None:
    account = made(registration="PAN 301-2", website="https://himal.example/", phone="014123456")

    assert accounts("GET", f"/{account['account_id']}").json == account
    assert (account["domains"], account["country"], account["phone"]) == (
        ["himal.example"],
        "NP",
        "+97714123456",
    )
    answer = changed(account, industry="Banking", domains=[])
    assert (answer.json["version"], answer.json["industry"], answer.json["domains"]) == (
        2,
        "Banking",
        [],
    )
    assert "request_hash" not in answer.json


@pytest.mark.parametrize(
    ("same", "code", "field"),
    [
        ({"domains": ["www.example", "HIMAL.example"]}, "domain_taken", "domains.1"),
        ({"registration": "pan 3012", "country": "NP"}, "registration_taken", "registration"),
        ({"external_ids": {"erp": "7"}}, "external_id_taken", "external_ids.erp"),
    ],
)
def test_a_domain_a_number_and_a_foreign_id_are_one_account_s(
    same: Any, code: str, field: str
) -> None:
    first = made(registration="PAN-3012", external_ids={"erp": "7"})

    again = accounts("POST", body={"name": "Another"} | same)

    assert (again.status, again.code) == (409, code)
    assert again.json["account_id"] == first["account_id"]
    assert list(again.fields) == [field]
    assert names() == ["Himal Bank"]


def test_what_an_account_gives_up_another_may_have() -> None:
    first = made(registration="3012")
    changed(first, domains=[], registration=None)

    assert accounts("POST", body=BANK | {"registration": "3012"}).status == 201


def test_the_account_of_a_domain_is_found() -> None:
    made()

    assert names(domain="HIMAL.example") == ["Himal Bank"]
    assert names(domain="other.example") == names(domain="no domain") == []


def test_a_key_makes_a_request_one_even_after_a_change() -> None:
    key = {"idempotency-key": "key-1"}
    first = accounts("POST", body=BANK, headers=key)
    changed(first.json, industry="Banking")

    again = accounts("POST", body=BANK, headers=key)

    assert (again.status, again.json["account_id"]) == (201, first.json["account_id"])
    assert again.json["industry"] == "Banking"
    other = accounts("POST", body=BANK | {"name": "Other"}, headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_an_account_may_be_a_part_of_another_but_not_of_its_own_parts(now: datetime) -> None:
    group, bank, branch = (an_account(now, name) for name in ("Group", "Bank", "Branch"))
    shown = {one.name: {"account_id": one.account_id, "version": 1} for one in (group, bank)}
    assert changed(shown["Bank"], parent_id=group.account_id).status == 200
    below = {"account_id": branch.account_id, "version": 1}
    assert changed(below, parent_id=bank.account_id).status == 200

    for parent in (group, bank, branch):
        refused = changed(shown["Group"], parent_id=parent.account_id)
        assert (refused.status, refused.fields) == (422, {"parent_id": "circular"})
    assert names(parent=group.account_id) == ["Bank"]
    moved = changed(below | {"version": 2}, parent_id=None)
    assert moved.json["parent_id"] is None
    assert names(parent=bank.account_id) == []


def test_a_parent_is_an_account_in_use_and_not_too_far_up(now: datetime) -> None:
    gone = an_account(now, "Gone")
    accounts("DELETE", f"/{gone.account_id}", query={"version": "1"})
    top = an_account(now, "Top")
    for _ in range(9):
        top = an_account(now, "Below", parent_id=top.account_id)
    an_account(now, "Last", parent_id=top.account_id)
    deep = an_account(now, "Deep", parent_id=top.account_id)

    for parent, code in (
        (gone.account_id, "account_not_found"),
        ("account_" + "0" * 26, "account_not_found"),
        (deep.account_id, "too_deep"),
    ):
        refused = accounts("POST", body={"name": "New", "parent_id": parent})
        assert (refused.status, refused.fields) == (422, {"parent_id": code})


def test_contacts_belong_to_accounts_with_a_role_and_one_is_their_primary(now: datetime) -> None:
    bank, shop = made(), made(name="Shop", domains=[])
    ann = a_contact(now).contact_id

    assert put(bank, ann, role="Buyer").json["accounts"][0]["primary"] is True
    put(shop, ann, role="Owner", primary=True)
    put(bank, ann, role="Director")

    assert memberships(ann) == [
        (bank["account_id"], "Director", False),
        (shop["account_id"], "Owner", True),
    ]
    (member,) = accounts("GET", f"/{bank['account_id']}/contacts").json["items"]
    assert (member["contact"]["contact_id"], member["role"], member["primary"]) == (
        ann,
        "Director",
        False,
    )
    left = accounts("DELETE", f"/{shop['account_id']}/contacts/{ann}")
    assert left.status == 200
    assert memberships(ann) == [(bank["account_id"], "Director", True)]
    again = accounts("DELETE", f"/{shop['account_id']}/contacts/{ann}")
    assert (again.status, again.code) == (404, "member_not_found")
    assert accounts("GET", f"/{shop['account_id']}/contacts").json["items"] == []


def test_nobody_joins_an_account_that_is_not_there(now: datetime) -> None:
    ann, bank = a_contact(now).contact_id, made()
    nowhere = {"account_id": "account_" + "0" * 26}
    accounts("DELETE", f"/{bank['account_id']}", query={"version": "1"})

    assert put(nowhere, ann).code == "account_not_found"
    refused = put(bank, ann)
    assert (refused.status, list(refused.fields.values())) == (422, ["account_not_found"])
    assert put(bank, "contact_" + "0" * 26).code == "contact_not_found"
    assert memberships(ann) == []


def test_an_account_put_away_is_in_no_list_and_comes_back_as_it_was(now: datetime) -> None:
    bank = made()
    path = f"/{bank['account_id']}"
    ann = a_contact(now).contact_id
    put(bank, ann)

    gone = accounts("DELETE", path, query={"version": "1"})

    assert (names(), names(deleted="true")) == ([], ["Himal Bank"])
    assert (gone.json["version"], accounts("GET", path).json["deleted_at"]) == (
        2,
        gone.json["deleted_at"],
    )
    assert changed(gone.json, name="X").code == "account_deleted"
    assert accounts("POST", body=BANK).code == "domain_taken", "still its own"
    back = accounts("POST", f"{path}/restore", body={"version": 2})
    assert (back.json["deleted_at"], names()) == (None, ["Himal Bank"])
    assert memberships(ann) == [(bank["account_id"], None, True)]
    assert [fact.type for fact in carried() if fact.type.startswith("Account")] == [
        "AccountCreated",
        "AccountDeleted",
        "AccountRestored",
    ]


def test_lists_are_by_name_and_narrowed(now: datetime) -> None:
    hire(person("asha"))
    group = an_account(now, "Group", tags=["Key"])
    an_account(now, "Ébauche", owner_id="asha", tags=["key"], parent_id=group.account_id)
    an_account(now, "Éclair", owner_id="asha", parent_id=group.account_id)

    assert names() == ["Ébauche", "Éclair", "Group"]
    assert names(owner="me") == ["Ébauche", "Éclair"]
    assert sorted(names(tag="KEY")) == ["Group", "Ébauche"]
    assert names(name_begins="eb") == ["Ébauche"]
    assert names(parent=group.account_id, tag="key") == ["Ébauche"]
    first = accounts("GET", query={"limit": "2"}).json
    assert [one["name"] for one in first["items"]] == ["Ébauche", "Éclair"]
    assert names(limit="2", cursor=first["next"]) == ["Group"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": " "}, "name"),
        ({"domains": []}, "name"),
        ({"name": "A", "domains": ["no domain"]}, "domains.0"),
        ({"name": "A", "domains": ["a.example", "A.example"]}, "domains.1"),
        ({"name": "A", "website": "javascript:alert(1)"}, "website"),
        ({"name": "A", "phone": "12"}, "phone"),
        ({"name": "A", "country": "XX"}, "country"),
        ({"name": "A", "owner_id": "nobody"}, "owner_id"),
        ({"name": "A", "account_kind": "club"}, "account_kind"),
        ({"name": "A", "custom": {"size": 1}}, "custom.size"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(body: Any, field: str) -> None:
    answer = accounts("POST", body=body)

    assert (answer.status, list(answer.fields)) == (422, [field])
    assert names() == []


def test_a_stale_change_is_refused() -> None:
    account = made()
    changed(account, industry="Banking")

    late = changed(account, industry="Insurance")

    assert (late.status, late.json["version"]) == (412, 2)
    assert accounts("GET", "/account_" + "0" * 26).code == "account_not_found"


def test_custom_fields_of_accounts_are_their_own(now: datetime) -> None:
    size = {"name": "size", "label": "Size", "type": "number", "minimum": 1}
    custom_fields(now, size, noun="account")

    assert made(custom={"size": 40})["custom"] == {"size": 40}
    assert accounts("POST", body={"name": "B", "custom": {"size": 0}}).fields == {
        "custom.size": "too_small"
    }
    assert contacts("POST", body={"last_name": "Rai", "custom": {"size": 40}}).status == 422


def test_all_staff_read_and_those_who_deal_with_people_write() -> None:
    path = f"/{made()['account_id']}"

    assert accounts("GET", path, by=ANALYST).status == 200
    assert accounts("GET", f"{path}/contacts", by=ANALYST).status == 200
    for method, where, how in (
        ("POST", "", {"body": BANK}),
        ("PATCH", path, {"body": {"version": 1}}),
        ("DELETE", path, {"query": {"version": "1"}}),
        ("POST", f"{path}/restore", {"body": {"version": 1}}),
        ("PUT", f"{path}/contacts/x", {"body": {}}),
        ("DELETE", f"{path}/contacts/x", {}),
    ):
        assert accounts(method, where, by=ANALYST, **how).code == "role_missing"
    assert accounts("GET", by=ASHA).status == 200
