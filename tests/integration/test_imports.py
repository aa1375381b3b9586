"""Row S4, imports from the file to the last row: read, mapped, tried out, done, undone."""

import csv
import io
from typing import Any

import pytest

from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import NewAccount
from shared.customers.accounts.repository import load as load_account
from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.repository import LIST, customers, load
from shared.customers.custom_fields.model import CustomFields
from shared.customers.custom_fields.repository import stored_fields
from shared.platform import clock
from tests.calls import http, invoke, queue_event
from tests.cloud import SETTINGS, client, everything
from tests.forms import leads
from tests.imports import (
    MARKETER,
    PEOPLE,
    announced,
    arrival,
    call,
    errors_file,
    imported,
    last_run,
    results,
    sent,
    shown,
    start,
    undo,
)
from tests.pump import Pump, carried
from tests.staffing import hire, person


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def names() -> list[str]:
    """Everybody in the list of contacts, by name."""
    items = customers.query_all(LIST, index="by_list")
    return [" ".join(filter(None, (one.get("first_name"), one.get("last_name")))) for one in items]


def test_rows_become_contacts_and_those_that_cannot_say_why() -> None:
    one = imported(PEOPLE)

    assert one["state"] == "finished"
    assert last_run(one) == {"created": 2, "failed": 1}
    assert names() == ["Ann Lee", "Bob Rai"]
    bob = find_by_address("email", "bob@example.com")
    assert bob and (bob.country, bob.source, bob.created_by) == ("NP", "import", "mina")
    ann, _, cid = results(one["import_id"])
    assert (ann["row"], ann["outcome"]) == (2, "created")
    assert load(ann["record_id"])
    assert (cid["row"], cid["outcome"], cid["record_id"]) == (4, "failed", None)
    assert cid["problems"] == [
        {
            "code": "email_invalid",
            "message": "This is not an e-mail address",
            "field": "email",
            "column": "Email",
        }
    ]


def test_the_rows_that_failed_come_back_as_a_file_that_can_be_corrected_and_sent() -> None:
    one = imported(PEOPLE)

    text = errors_file(one["import_id"])
    header, row = csv.reader(io.StringIO(text))
    assert header == ["First name", "Last name", "Email", "Phone", "Country",
                      "import_row", "import_field", "import_code", "import_reason"]  # fmt: skip
    assert row == ["Cid", "Ng", "not an address", "", "NP",
                   "4", "Email", "email_invalid", "This is not an e-mail address"]  # fmt: skip

    again = imported(text.replace("not an address", "cid@example.com"))
    assert last_run(again) == {"created": 1}
    assert names() == ["Ann Lee", "Cid Ng", "Bob Rai"]


def test_the_same_file_again_creates_nobody() -> None:
    imported(PEOPLE)

    again = imported(PEOPLE)

    assert last_run(again) == {"existing": 2, "failed": 1}
    assert len(names()) == 2


def test_people_without_any_address_are_not_created_twice_either() -> None:
    file = "First name,Last name,Job title\nAnn,Lee,Buyer\nAnn,Lee,Driver\nAnn,Lee,Buyer\n"

    first, again = imported(file), imported(file)

    assert last_run(first) == {"created": 2, "existing": 1}
    assert last_run(again) == {"existing": 3}


def test_an_address_that_stands_twice_in_the_file_is_one_person() -> None:
    one = imported(
        "Email,Phone\na@x.example,\nA@X.EXAMPLE,\nb@x.example,+9779841234567\nc@x.example,+9779841234567\n"
    )

    assert [row["outcome"] for row in results(one["import_id"])] == [
        "created",
        "existing",
        "created",
        "existing",
    ]
    first, second, third, fourth = (row["record_id"] for row in results(one["import_id"]))
    assert (first, third) == (second, fourth)


def test_somebody_known_is_left_as_they_are_even_if_put_away() -> None:
    imported("Email,Last name\nann@example.com,Lee\nbob@example.com,Rai\n")
    ann = find_by_address("email", "ann@example.com")
    assert ann
    delete_contact(ann.contact_id, 1, "maya", clock.now())

    again = imported("Email,Last name\nann@example.com,Other\nbob@example.com,Other\n")

    assert last_run(again) == {"existing": 2}
    assert names() == ["Rai"]


@pytest.mark.parametrize("file", [
    PEOPLE,
    "Email,Phone\na@x.example,\na@x.example,\nwrong,\nb@x.example,+9779841234567\nc@x.example,+9779841234567\n",
    "Last name\nLee\nLee\nRai\n",
])  # fmt: skip
def test_a_dry_run_says_of_each_row_what_the_import_will(file: str) -> None:
    imported("Email\nbob@example.com\n")
    import_id = announced()
    sent(import_id, file)
    before = [item for item in everything() if item["pk"].startswith(("CONTACT#", "IDENTITY#"))]

    assert start(import_id, dry_run=True).status == 202
    Pump().run()

    tried = shown(import_id)
    assert (tried["state"], tried["runs"][0]["mode"]) == ("ready", "dry_run")
    assert [
        item for item in everything() if item["pk"].startswith(("CONTACT#", "IDENTITY#"))
    ] == before
    said = [(row["row"], row["outcome"], row["problems"]) for row in results(import_id)]
    start(import_id)
    Pump().run()
    done = [(row["row"], row["outcome"], row["problems"]) for row in results(import_id)]
    assert said == done
    assert last_run(shown(import_id)) == last_run(tried)


def test_a_wrong_zone_or_language_is_noted_and_does_no_harm() -> None:
    one = imported("Email,Time zone,Language\nann@example.com,Moon/Crater,klingon\n")

    (row,) = results(one["import_id"])
    assert row["outcome"] == "created"
    assert {note["code"] for note in row["notes"]} == {"zone_unknown", "language_unknown"}


def test_undoing_takes_back_who_nobody_touched_and_says_who_stays() -> None:
    one = imported(
        "Email,Last name\nann@example.com,Lee\nbob@example.com,Rai\ncid@example.com,Ng\n"
    )
    bob = find_by_address("email", "bob@example.com")
    cid = find_by_address("email", "cid@example.com")
    assert bob and cid
    body = {"contact_ids": [cid.contact_id]}
    fair = http("list_admin", "POST", "/v1/lists", body={"name": "Fair"}, staff=MARKETER).json
    http("list_admin", "POST", f"/v1/lists/{fair['list_id']}/members", body=body, staff=MARKETER,
         route="/v1/lists/{list_id}/members")  # fmt: skip
    delete_contact(bob.contact_id, 1, "maya", clock.now())

    undone = undo(one["import_id"])

    assert undone["state"] == "undone"
    assert last_run(undone) == {"removed": 1, "left": 2}
    told = {row["row"]: [p["code"] for p in row["problems"]] for row in results(one["import_id"])}
    assert told == {2: [], 3: ["changed_since"], 4: ["used_since"]}
    assert find_by_address("email", "ann@example.com") is None
    assert names() == ["Ng"]
    assert [fact.type for fact in carried() if fact.type == "ContactDeleted"].count(
        "ContactDeleted"
    ) == 2

    again = imported("Email,Last name\nann@example.com,Leigh\nbob@example.com,Rai\n")
    assert last_run(again) == {"created": 1, "existing": 1}
    assert names() == ["Leigh", "Ng"]


def test_leads_are_created_once_and_put_aside_when_undone() -> None:
    file = "Email,Company,Country\nann@example.com,Example,Nepal\nwrong,Example,NP\n"

    one = imported(file, target="leads")
    again = imported(file, target="leads")

    assert (last_run(one), last_run(again)) == (
        {"created": 1, "failed": 1},
        {"existing": 1, "failed": 1},
    )
    (lead,) = leads()
    assert (lead["staff_email"], lead["staff_country"], lead["source"]) == (
        "ann@example.com",
        "NP",
        "import",
    )

    undone = undo(one["import_id"])

    assert last_run(undone) == {"removed": 1}
    (lead,) = leads()
    assert (lead["state"], lead["state_reason"]) == ("disqualified", "Import undone")


def test_cancelling_leaves_the_rest_undone() -> None:
    import_id = announced()
    sent(import_id, PEOPLE)
    start(import_id)
    answer = call("POST", f"/{import_id}/cancel", "/{import_id}/cancel")
    assert (answer.status, answer.json["state"]) == (202, "cancelling")

    Pump().run()

    one = shown(import_id)
    assert one["state"] == "cancelled"
    assert names() == []
    again = call("POST", f"/{import_id}/cancel", "/{import_id}/cancel")
    assert again.json["state"] == "cancelled"


def test_cancelling_between_chunks_counts_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.customers.imports.planning.CHUNK_ROWS", 2)
    import_id = announced()
    sent(import_id, "Last name\n" + "".join(f"Person {n}\n" for n in range(6)))
    start(import_id)
    pump = Pump(only={"import_plan"})
    pump.run()
    invoke("import_work", queue_event([{"import_id": import_id, "run": 1, "chunk": 2}]))

    call("POST", f"/{import_id}/cancel", "/{import_id}/cancel")
    for chunk in (1, 2, 3):
        invoke("import_work", queue_event([{"import_id": import_id, "run": 1, "chunk": chunk}]))

    one = shown(import_id)
    assert (one["state"], last_run(one)) == ("cancelled", {"created": 2, "skipped": 4})
    assert names() == ["Person 2", "Person 3"]


def test_a_file_in_many_chunks_ends_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.customers.imports.planning.CHUNK_ROWS", 7)
    people = "".join(f"Person {n:03d},p{n % 90}@example.com\n" for n in range(100))

    one = imported("Last name,Email\n" + people)

    assert one["runs"][0] | {"rows": 100, "chunks": 15, "done": 15} == one["runs"][0]
    assert last_run(one) == {"created": 90, "existing": 10}
    (finished,) = [fact for fact in carried() if fact.type == "ImportFinished"]
    assert (finished.detail["created"], finished.detail["existing"]) == (90, 10)
    rows = results(one["import_id"], limit="100", outcome="existing")
    assert [row["row"] for row in rows] == [*range(92, 102)]


def test_the_upload_s_address_is_for_one_file_of_limited_size() -> None:
    made = call("POST", "", body={"target": "contacts", "file_name": "people.csv"})

    upload = made.json["upload"]
    import base64
    import json

    policy = json.loads(base64.b64decode(upload["fields"]["policy"]))
    assert upload["url"] == f"https://{SETTINGS['files_bucket']}.s3.eu-central-1.amazonaws.com/"
    assert ["content-length-range", 1, 100 * 1024 * 1024] in policy["conditions"]
    assert {"key": f"uploads/{made.json['import_id']}"} in policy["conditions"]
    assert made.headers["location"] == f"/v1/imports/{made.json['import_id']}"


def test_the_same_announcement_with_its_key_is_one_import() -> None:
    key = {"idempotency-key": "k1"}
    body = {"target": "contacts", "file_name": "people.csv"}

    first = call("POST", "", body=body, headers=key)
    again = call("POST", "", body=body, headers=key)
    other = call("POST", "", body={**body, "target": "leads"}, headers=key)

    assert first.json["import_id"] == again.json["import_id"]
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_mapping_is_guessed_and_can_be_changed_by_who_knows_the_newest() -> None:
    import_id = announced()
    sent(import_id, "Who,Mail,Shoe size\nAnn Lee,ann@example.com,38\n")
    one = shown(import_id)
    assert one["mapping"]["columns"] == [None, "email", None]
    assert one["samples"] == [["Ann Lee", "ann@example.com", "38"]]

    def put(**body: Any) -> Any:
        return call("PUT", f"/{import_id}/mapping", "/{import_id}/mapping", body=body)

    chosen = put(version=one["version"], columns=["name", "email", None], tags=["fair"])
    stale = put(version=one["version"], columns=[None, "email", None])
    wrong = put(version=chosen.json["version"], columns=["name", "shoe_size", None])
    short = put(version=chosen.json["version"], columns=["name"])
    nothing = put(version=chosen.json["version"], columns=[None, None, None])

    assert (chosen.status, stale.status, stale.code) == (200, 412, "version_stale")
    assert wrong.fields == {"columns.1": "field_unknown"}
    assert short.fields == {"columns": "columns_differ"}
    assert nothing.fields == {"columns": "nothing_mapped"}
    start(import_id)
    Pump().run()
    ann = find_by_address("email", "ann@example.com")
    assert ann and (ann.first_name, ann.last_name, ann.tags) == ("Ann", "Lee", ["fair"])


def test_how_the_file_is_read_can_be_corrected() -> None:
    import_id = announced()
    sent(import_id, "Email;Last name\nx@example.com;Dvořák\n".encode("cp1250"))
    assert shown(import_id)["samples"] == [["x@example.com", "Dvoøák"]]

    body = {"version": shown(import_id)["version"], "encoding": "cp1250"}
    answer = call("PUT", f"/{import_id}/mapping", "/{import_id}/mapping", body=body)
    wrong = {"version": answer.json["version"], "encoding": "rot13", "delimiter": "x"}
    refused = call("PUT", f"/{import_id}/mapping", "/{import_id}/mapping", body=wrong)

    assert answer.json["samples"] == [["x@example.com", "Dvořák"]]
    assert answer.json["mapping"]["columns"] == ["email", "last_name"]
    assert refused.fields == {"encoding": "encoding_unknown", "delimiter": "delimiter_unknown"}
    start(import_id)
    Pump().run()
    assert names() == ["Dvořák"]


def test_numbers_without_country_code_are_of_the_row_s_country_or_the_mapping_s() -> None:
    import_id = announced()
    sent(import_id, "Last name,Phone,Country\nRai,984-1234567,\nMuster,030 901820,Germany\n")
    one = shown(import_id)
    body = {"version": one["version"], "region": "NP"}
    assert call("PUT", f"/{import_id}/mapping", "/{import_id}/mapping", body=body).status == 200

    start(import_id)
    Pump().run()

    found = [load(row["record_id"]) for row in results(import_id)]
    assert [contact.phone for contact in found if contact] == ["+9779841234567", "+4930901820"]
    assert found[0] and found[0].country is None


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"PK\x03\x04\x14\x00", "file_not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file_not_text"),
        (b"\0\0\0\0\x01\x02\0\0", "file_not_text"),
        (b"\n\n , \n", "file_empty"),
        (b"Name,Email\n", "file_empty"),
        (b",".join(b"c" for _ in range(201)) + b"\nx", "too_many_columns"),
    ],
)
def test_what_is_no_table_says_so_and_another_file_may_be_sent(file: bytes, code: str) -> None:
    import_id = announced()
    sent(import_id, file)

    one = shown(import_id)
    refused = start(import_id)

    assert (one["state"], one["problem"]["code"]) == ("unreadable", code)
    assert (refused.status, refused.code) == (409, "not_ready")
    sent(import_id, PEOPLE)
    assert shown(import_id)["state"] == "ready"


def test_too_many_rows_are_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.customers.imports.reading.MAX_ROWS", 2)

    one = imported(PEOPLE)

    assert (one["state"], one["problem"]["code"]) == ("unreadable", "too_many_rows")
    assert names() == []


def test_a_file_that_was_replaced_after_it_was_looked_at_is_not_imported() -> None:
    import_id = announced()
    sent(import_id, PEOPLE)
    start(import_id)
    key = f"uploads/{import_id}"
    client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=b"Email\nx@y.example\n")

    Pump().run()
    invoke("import_plan", queue_event([arrival(key)]))

    one = shown(import_id)
    assert (one["state"], names()) == ("ready", [])
    assert one["headers"] == ["Email"]


def test_a_broken_row_fails_alone() -> None:
    rows = ["Email,Last name", "a@x.example,Lee", "b@x.example", "c@x.example,Ng,more",
            '"d@x.example,open', "e@x.example,Rai", "f" * 40_000 + ",x", "g@x.example,Fu"]  # fmt: skip

    one = imported("\n".join(rows))

    assert last_run(one) == {"created": 3, "failed": 4}
    codes = {
        row["row"]: row["problems"][0]["code"]
        for row in results(one["import_id"], outcome="failed")
    }
    assert codes == {
        3: "too_few_cells",
        4: "too_many_cells",
        5: "row_too_large",
        7: "row_too_large",
    }
    back = list(csv.reader(io.StringIO(errors_file(one["import_id"]))))
    assert [len(row) for row in back] == [6] * 5


def test_formulas_in_what_comes_back_are_text() -> None:
    one = imported("Email,Last name\nwrong,=cmd|' /C calc'!A0\n")

    assert "'=cmd" in errors_file(one["import_id"])


def test_vcards_are_imported_like_tables() -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Lee;Ann;;;\r\nEMAIL:ann@example.com\r\n"
        "TEL;VALUE=uri:tel:+977-984-1234567\r\nCATEGORIES:fair,vip\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:2.1\r\nEMAIL;INTERNET:broken\r\nEND:VCARD\r\n"
    )

    one = imported(cards)

    assert (one["preset"], last_run(one)) == ("vcard", {"created": 1, "failed": 1})
    ann = find_by_address("email", "ann@example.com")
    assert ann and (ann.phone, ann.tags) == ("+9779841234567", ["fair", "vip"])


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


def test_only_those_who_may_import() -> None:
    nobody = call("POST", "", body={"file_name": "x.csv"}, staff=None)
    rep = call("POST", "", body={"file_name": "x.csv"}, staff=("asha", ["rep"]))

    assert (nobody.status, rep.status) == (401, 403)


@pytest.mark.parametrize(
    ("method", "path", "route", "body"),
    [
        ("GET", "/import_01JWQ6Y3M8Z4T0V5B7C9D1E2F3", "/{import_id}", None),
        ("GET", "/x", "/{import_id}", None),
        ("POST", "/x/start", "/{import_id}/start", {"version": 1}),
        ("POST", "/x/undo", "/{import_id}/undo", {"version": 1}),
        ("POST", "/x/cancel", "/{import_id}/cancel", None),
        ("GET", "/x/rows", "/{import_id}/rows", None),
        ("GET", "/x/errors", "/{import_id}/errors", None),
    ],
)
def test_there_is_nothing_of_an_unknown_import(
    method: str, path: str, route: str, body: Any
) -> None:
    answer = call(method, path, route, body=body)

    assert (answer.status, answer.code) == (404, "import_not_found")


def test_what_cannot_be_done_now_is_a_conflict() -> None:
    import_id = announced()
    early = call("POST", f"/{import_id}/undo", "/{import_id}/undo", body={"version": 1})
    idle = call("POST", f"/{import_id}/cancel", "/{import_id}/cancel")
    unmapped = call(
        "PUT",
        f"/{import_id}/mapping",
        "/{import_id}/mapping",
        body={"version": 1, "columns": ["email"]},
    )
    sent(import_id, PEOPLE)
    start(import_id)
    twice = start(import_id)
    errors = call("GET", f"/{import_id}/errors", "/{import_id}/errors")

    assert [one.code for one in (early, idle, unmapped, twice, errors)] == [
        "not_finished",
        "not_running",
        "file_missing",
        "import_begun",
        "run_not_finished",
    ]


def test_imports_are_listed_newest_first(clock: Any) -> None:
    first = announced(file_name="first.csv")
    clock.tick(minutes=1)
    second = announced(file_name="second.csv")

    page = call("GET", "", query={"limit": "1"}).json
    rest = call("GET", "", query={"limit": "1", "cursor": page["next"]}).json

    assert [one["import_id"] for one in page["items"] + rest["items"]] == [second, first]


def test_nothing_personal_is_kept_in_the_table_or_logged(logs: Any) -> None:
    imported(PEOPLE)

    kept = [item for item in everything() if item["pk"].startswith(("IMPORT#", "DRY#"))]
    for secret in ("ann@example.com", "Lee", "984-1234567", "not an address"):
        assert secret not in str(kept)
        assert secret not in logs.text
