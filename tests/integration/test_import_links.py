"""What imported people are linked with: owners, companies, custom fields, lists (row S4)."""

from typing import Any

import pytest

from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import NewAccount
from shared.customers.accounts.repository import load as load_account
from shared.customers.contacts.find import find_by_address
from shared.customers.custom_fields.model import CustomFields
from shared.customers.custom_fields.repository import stored_fields
from shared.platform import clock
from tests.calls import http
from tests.imports import (
    MARKETER,
    PEOPLE,
    announced,
    call,
    imported,
    last_run,
    results,
    sent,
    shown,
    start,
    undo,
)
from tests.staffing import hire, person

pytestmark = pytest.mark.usefixtures("tables")


def test_owners_are_people_who_work_here() -> None:
    hire(person("asha"), person("gone", disabled=True))

    one = imported("Email,Owner\na@x.example,asha\nb@x.example,gone\nc@x.example,nobody\n")

    assert last_run(one) == {"created": 1, "failed": 2}
    assert {row["problems"][0]["code"] for row in results(one["import_id"], outcome="failed")} == {
        "staff_not_found"
    }


def test_companies_are_found_by_name_or_made_once_and_put_away_when_undone() -> None:
    known = create_account(NewAccount(name="Example Ltd"), "maya", None, clock.now()).account_id
    file = (
        "Email,Company\na@x.example,Example ltd\nb@x.example,New Co\nc@x.example,NEW  co\n"
        "d@x.example,New Co\n"
    )

    one = imported(file)

    people = [find_by_address("email", f"{who}@x.example") for who in "abcd"]
    accounts = [person.account_id for person in people if person]
    assert accounts[0] == known
    assert len({*accounts[1:]}) == 1
    account = load_account(str(accounts[1]))
    assert account and (account.name, account.import_id) == ("New Co", one["import_id"])

    undo(one["import_id"])

    put_away = load_account(str(accounts[1]))
    assert put_away and put_away.deleted_at
    kept = load_account(known)
    assert kept and not kept.deleted_at
    imported(file)
    back = load_account(str(accounts[1]))
    assert back and not back.deleted_at
    again = find_by_address("email", "b@x.example")
    assert again and again.account_id == accounts[1]


def custom(*fields: dict[str, Any]) -> None:
    value = CustomFields.model_validate({"fields": fields})
    stored_fields.save("contact", value, by="ada", at=clock.now(), after=0, activate=True)


def test_custom_fields_are_mapped_like_others_and_checked_by_their_type() -> None:
    size = {"name": "size", "label": "Shoe size", "type": "number"}
    likes = {"name": "likes", "label": "Likes", "type": "multi_choice", "options": ["tea", "rice"]}
    custom(size, likes)

    one = imported("Email,Shoe size,Likes\na@x.example,38,tea; rice\nb@x.example,big,\n")

    assert one["mapping"]["columns"] == ["email", "custom.size", "custom.likes"]
    ann = find_by_address("email", "a@x.example")
    assert ann and ann.custom == {"size": 38, "likes": ["tea", "rice"]}
    (failed,) = results(one["import_id"], outcome="failed")
    assert [(p["field"], p["column"], p["code"]) for p in failed["problems"]] == [
        ("custom.size", "Shoe size", "number_invalid")
    ]


def test_what_somebody_may_not_see_they_may_not_import() -> None:
    custom({"name": "iban", "label": "IBAN", "type": "text", "sensitive": True})
    import_id = announced()
    sent(import_id, "Email,IBAN\na@x.example,NP123\n")

    one = shown(import_id)
    body = {"version": one["version"], "columns": ["email", "custom.iban"]}
    refused = call("PUT", f"/{import_id}/mapping", "/{import_id}/mapping", body=body)

    assert one["mapping"]["columns"] == ["email", None]
    assert (refused.status, refused.fields) == (422, {"columns.1": "field_unknown"})
    assert "custom.iban" not in [one["name"] for one in shown(import_id)["fields"]]


def test_whom_an_import_finds_or_makes_joins_its_list() -> None:
    imported("Email\na@x.example\n")
    fair = http("list_admin", "POST", "/v1/lists", body={"name": "Fair"}, staff=MARKETER).json

    one = imported("Email\na@x.example\nb@x.example\nwrong\n", list_id=fair["list_id"])

    route = "/v1/lists/{list_id}/members"
    path = f"/v1/lists/{fair['list_id']}/members"
    members = http("list_admin", "GET", path, staff=MARKETER, route=route).json["items"]
    assert [(m["source"], m["import_id"], m["added_by"]) for m in members] == [
        ("import", one["import_id"], "mina")
    ] * 2
    undone = undo(one["import_id"])
    assert last_run(undone) == {"removed": 1}
    left = http("list_admin", "GET", path, staff=MARKETER, route=route).json["items"]
    known = find_by_address("email", "a@x.example")
    assert [m["contact_id"] for m in left] == [known.contact_id if known else None]


def test_a_list_that_is_not_there_is_404_before_anything_happens() -> None:
    import_id = announced()
    sent(import_id, PEOPLE)

    refused = start(import_id, list_id="list_01JWQ6Y3M8Z4T0V5B7C9D1E2F3")

    assert (refused.status, refused.code) == (404, "list_not_found")
    assert shown(import_id)["state"] == "ready"
