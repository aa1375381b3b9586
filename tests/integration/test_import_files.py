"""Files of imports: what may be sent, how it is read, and what its columns mean (row S4)."""

import csv
import io
from typing import Any

import pytest

from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.repository import load
from tests.calls import invoke, queue_event
from tests.cloud import SETTINGS, client
from tests.imports import (
    PEOPLE,
    announced,
    arrival,
    call,
    errors_file,
    imported,
    last_run,
    names,
    results,
    sent,
    shown,
    start,
)
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


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
