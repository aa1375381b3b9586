"""Row S4, imports from the file to the last row: read, mapped, tried out, done, undone."""

import csv
import io
from typing import Any

import pytest

from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.find import find_by_address
from shared.customers.contacts.repository import load
from shared.platform import clock
from tests.calls import http, invoke, queue_event
from tests.cloud import everything
from tests.forms import leads
from tests.imports import (
    MARKETER,
    PEOPLE,
    announced,
    call,
    errors_file,
    imported,
    last_run,
    names,
    results,
    sent,
    shown,
    start,
    undo,
)
from tests.pump import Pump, carried

pytestmark = pytest.mark.usefixtures("tables")


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
