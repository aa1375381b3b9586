"""Row S4, exports: contacts as files, whole, safe to open, and good to import again."""

import csv
import io
import json
from datetime import datetime
from typing import Any

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend

from shared.customers.accounts.changes import create_account
from shared.customers.accounts.model import NewAccount
from shared.customers.contacts.creation import create_contact
from shared.customers.contacts.model import Contact, NewContact
from shared.customers.custom_fields.model import CustomFields
from shared.customers.custom_fields.repository import stored_fields
from shared.customers.exports import repository
from shared.customers.exports.model import Export
from shared.platform import clock, files
from tests.calls import Answer, http, invoke, queue_event
from tests.cloud import SETTINGS, client, everything
from tests.imports import imported, last_run
from tests.pump import Pump
from tests.staffing import employed

MINA = ("mina", ["marketer"])


@pytest.fixture(autouse=True)
def _tables(tables: None) -> None: ...


def call(method: str, path: str = "", route: str | None = None, **how: Any) -> Answer:
    return http("export_admin", method, f"/v1/exports{path}", **{"staff": MINA, **how},
                route=f"/v1/exports{path if route is None else route}")  # fmt: skip


def person(**facts: Any) -> Contact:
    new = NewContact.model_validate(facts)
    return create_contact(new, "asha", None, clock.now()).contact


def exported(form: str = "csv", staff: Any = MINA, **selection: Any) -> str:
    """The text of an export, from the request to the file."""
    made = call("POST", body={"format": form, "selection": selection}, staff=staff)
    assert made.status == 202, made.text
    Pump().run()
    export_id = made.json["export_id"]
    assert call("GET", f"/{export_id}", "/{export_id}").json["state"] == "finished"
    address = call("GET", f"/{export_id}/file", "/{export_id}/file", staff=staff)
    key = f"exports/{export_id}.{form}"
    assert key in address.json["url"] and address.json["expires_in"] == 300
    file = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=key)
    text: str = file["Body"].read().decode()
    return text


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_everybody_goes_out_by_name_and_formulas_are_text() -> None:
    person(last_name="=cmd|' /C calc'!A0", emails=[{"address": "a@x.example"}])
    person(first_name="Ann", last_name="Lee", phones=[{"number": "+9779841234567"}])

    text = exported()

    assert text.startswith("\ufeffcontact_id,first_name,last_name,email,phone,")
    assert [one["last_name"] for one in rows(text)] == ["'=cmd|' /C calc'!A0", "Lee"]
    assert rows(text)[1]["phone"] == "'+9779841234567"


def test_what_goes_out_comes_back_in_as_it_was() -> None:
    size = {"name": "size", "label": "Shoe size", "type": "number"}
    likes = {"name": "likes", "label": "Likes", "type": "multi_choice", "options": ["tea", "rice"]}
    fields = CustomFields.model_validate({"fields": [size, likes]})
    stored_fields.save("contact", fields, by="ada", at=clock.now(), after=0, activate=True)
    account = create_account(NewAccount(name="Example Ltd"), "maya", None, clock.now())
    whole = {
        "first_name": "'=Ann",
        "last_name": "O'Neil, Jr",
        "emails": [{"address": "ann@x.example"}, {"address": "home@x.example", "primary": True}],
        "phones": [{"number": "+9779841234567"}, {"number": "+4930901820"}],
        "accounts": [{"account_id": account.account_id}],
        "job_title": "Head of\tSales",
        "country": "NP",
        "language": "ne-NP",
        "zone": "Asia/Kathmandu",
        "preferred_channel": "phone",
        "tags": ["fair", "vip"],
        "external_ids": {"hubspot": "4711"},
        "custom": {"size": 38, "likes": ["tea", "rice"]},
    }
    before = person(**whole)
    text = exported()
    assert last_run(imported(text)) == {"existing": 1}
    _forget_everybody()

    assert last_run(imported(text)) == {"created": 1}

    (item,) = [one for one in everything() if one.get("kind") == "contact"]
    after = Contact.model_validate({**item, "contact_id": before.contact_id})
    same = {name for name in whole if name not in ("emails",)}
    assert {name: getattr(after, name) for name in same} == {
        name: getattr(before, name) for name in same
    }
    assert (after.email, len(after.emails)) == (before.email, 2)


def _forget_everybody() -> None:
    table = client("dynamodb")
    for item in list(everything()):
        if item["pk"].startswith(("CONTACT#", "IDENTITY#", "EXTERNAL#", "TAG#", "CLAIM#")):
            table.delete_item(
                TableName="crm-test-customers",
                Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}},
            )


def test_an_export_is_narrowed_as_lists_are(now: datetime) -> None:
    ann = person(last_name="Lee", tags=["fair"])
    person(last_name="Leigh")
    bob = person(last_name="Rai", tags=["fair"])
    employed("bikash", ["rep"])
    owned = person(last_name="Rana", owner_id="bikash")
    fair = http("list_admin", "POST", "/v1/lists", body={"name": "Fair"}, staff=MINA).json
    http("list_admin", "POST", f"/v1/lists/{fair['list_id']}/members", staff=MINA,
         body={"contact_ids": [ann.contact_id]}, route="/v1/lists/{list_id}/members")  # fmt: skip

    tagged = rows(exported(tag="fair"))
    begins = rows(exported(name_begins="le"))
    of_owner = rows(exported(owner="bikash"))
    listed = rows(exported(list_id=fair["list_id"]))

    assert {one["contact_id"] for one in tagged} == {ann.contact_id, bob.contact_id}
    assert [one["last_name"] for one in begins] == ["Lee", "Leigh"]
    assert [one["contact_id"] for one in listed] == [ann.contact_id]
    assert [one["contact_id"] for one in of_owner] == [owned.contact_id]
    unknown = {"selection": {"list_id": "list_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"}}
    assert call("POST", body=unknown).code == "list_not_found"


def test_programs_get_a_line_of_json_each_with_all_there_is() -> None:
    account = create_account(NewAccount(name="Example Ltd"), "maya", None, clock.now())
    ann = person(
        last_name="Lee",
        emails=[{"address": "a@x.example"}],
        accounts=[{"account_id": account.account_id, "role": "buyer"}],
    )

    (line,) = exported("jsonl").splitlines()

    told = json.loads(line)
    assert told["contact_id"] == ann.contact_id
    assert told["emails"] == [{"address": "a@x.example", "primary": True}]
    assert told["accounts"][0]["name"] == "Example Ltd"


def test_what_somebody_may_not_see_is_masked_and_the_file_is_theirs_alone() -> None:
    iban = {"name": "iban", "label": "IBAN", "type": "text", "sensitive": True}
    fields = CustomFields.model_validate({"fields": [iban]})
    stored_fields.save("contact", fields, by="ada", at=clock.now(), after=0, activate=True)
    person(last_name="Lee", custom={"iban": "NP1234567890"})
    person(last_name="Rai", custom={"iban": "NP0987654321"})
    ada = ("ada", ["admin"])

    assert rows(exported())[0]["custom.iban"] == "****7890"
    assert [one["by"] for one in _looks()] == ["mina", "mina"]
    assert rows(exported(staff=ada))[0]["custom.iban"] == "NP1234567890"
    assert sorted(one["by"] for one in _looks()) == ["ada", "ada", "mina", "mina"]
    export_id = call("GET", query={"limit": "1"}, staff=ada).json["items"][0]["export_id"]
    refused = call("GET", f"/{export_id}/file", "/{export_id}/file")
    if refused.status == 200:  # of two within a second either may be the newest
        refused = call("GET", f"/{export_id}/file", "/{export_id}/file", staff=ada)
    assert (refused.status, refused.code) == (403, "not_yours")


def _looks() -> list[dict[str, Any]]:
    """What was written down of who saw what is sensitive."""
    return [one for one in everything() if one["pk"].startswith("ACCESS#")]


def test_who_may_no_longer_have_it_gets_nothing() -> None:
    person(last_name="Lee")
    made = call("POST", body={})
    http("staff_directory", "GET", "/v1/staff", staff=("mina", ["rep"]))

    Pump().run()

    shown = call("GET", f"/{made.json['export_id']}", "/{export_id}", staff=("ada", ["admin"])).json
    assert (shown["state"], shown["rows"]) == ("failed", 0)
    file = call("GET", f"/{made.json['export_id']}/file", "/{export_id}/file")
    assert file.code == "not_finished"


def test_a_large_export_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MIN_PART_BYTES", 1)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr("shared.customers.exports.exporting.AT_ONCE", 3)
    monkeypatch.setattr("functions.contact_export.handler.SECONDS", -1.0)
    for number in range(8):
        person(last_name=f"Person {number}")
    made = call("POST", body={})
    export_id = made.json["export_id"]
    pump = Pump(only=set())
    pump.run()
    (wanted,) = [fact for fact in pump.published if fact.type == "ExportRequested"]
    message = queue_event([wanted.raw])

    stopped = invoke("contact_export", message)
    monkeypatch.setattr("functions.contact_export.handler.SECONDS", 200.0)
    ended = invoke("contact_export", message)
    again = invoke("contact_export", message)

    assert len(stopped["batchItemFailures"]) == 1
    assert ended["batchItemFailures"] == again["batchItemFailures"] == []
    shown = call("GET", f"/{export_id}", "/{export_id}").json
    assert (shown["state"], shown["rows"]) == ("finished", 8)
    file = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=f"exports/{export_id}.csv")
    body = file["Body"].read()
    assert len(body) == shown["size"]
    assert [one["last_name"] for one in rows(body.decode())] == [f"Person {n}" for n in range(8)]


def test_a_file_that_is_whole_though_nobody_noted_it_is_not_written_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person(last_name="Lee")
    export_id = call("POST", body={}).json["export_id"]
    pump = Pump(only=set()).run()
    message = queue_event([one.raw for one in pump.published if one.type == "ExportRequested"])
    save = repository.save

    def ends(one: Export, **values: Any) -> Export:
        if "finished_at" in values:
            raise RuntimeError("killed")
        return save(one, **values)

    with monkeypatch.context() as killed:
        killed.setattr(repository, "save", ends)
        stopped = invoke("contact_export", message)

    # Some time after an upload was completed S3 knows it no more; moto always does.
    bucket = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets[SETTINGS["files_bucket"]]
    bucket.keys[f"exports/{export_id}.csv"].multipart = None
    monkeypatch.setattr(S3Backend, "complete_multipart_upload", _forgotten)
    ended = invoke("contact_export", message)

    assert (len(stopped["batchItemFailures"]), ended["batchItemFailures"]) == (1, [])
    assert call("GET", f"/{export_id}", "/{export_id}").json["state"] == "finished"


def _forgotten(*given: Any, **_: Any) -> None:
    raise NoSuchUpload(upload_id=given[2])


def test_the_same_request_with_its_key_is_one_export_and_another_is_refused() -> None:
    key = {"idempotency-key": "k1"}

    first = call("POST", body={"format": "csv"}, headers=key)
    again = call("POST", body={"format": "csv"}, headers=key)
    other = call("POST", body={"format": "jsonl"}, headers=key)

    assert first.json["export_id"] == again.json["export_id"]
    assert other.code == "idempotency_key_reused"
    assert len(call("GET").json["items"]) == 1


def test_only_those_who_may_export() -> None:
    rep = call("POST", body={}, staff=("asha", ["rep"]))
    unknown = call("GET", "/export_01JWQ6Y3M8Z4T0V5B7C9D1E2F3", "/{export_id}")
    wrong = call("POST", body={"format": "pdf", "selection": {"shoe": "38"}})

    assert (rep.status, unknown.code) == (403, "export_not_found")
    assert wrong.fields == {"format": "literal_error", "selection.shoe": "extra_forbidden"}
