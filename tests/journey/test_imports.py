"""Row S4 on the deployed stack: two thousand rows with three bad ones (`python -m
tests.measure.imports` takes the ten thousand), again, through crashes, tried out and taken back; addresses that were tampered with; people going out again."""

import csv
import io
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.importing import errors_of, post_file, run, send_file
from infra.local.seed.api import Api

from .stack import Stack

pytestmark = pytest.mark.journey

HEADER = ("First name", "Last name", "Email", "Phone", "Country")
SYLLABLES = ("ka", "mi", "ro", "ta", "shi", "len", "dor", "vi", "pra", "sun")


def name(number: int) -> str:
    """A name that resembles few others."""
    digits = f"{number:04d}{number * 7919 % 1000:03d}"
    return "".join(SYLLABLES[int(digit)] for digit in digits)


def people(path: Path, count: int, bad: tuple[int, ...] = ()) -> Path:
    """A file of so many people nobody knows yet; those whose number is `bad` have no address."""
    domain = f"{uuid4().hex[:8]}.example"
    with path.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(HEADER)
        for n in range(count):
            email = "no address" if n in bad else f"p{n}@{domain}"
            write.writerow((name(n).title(), name(n + 5_000).title(), email, "", "Nepal"))
    return path


def imported(stack: Stack, file: Path, target: str = "contacts", **how: Any) -> dict[str, Any]:
    """What came of a file; the newest run of its import with `import_id` and `state`."""
    api = Api(stack.url, stack.token("marketer"))
    sent = send_file(api, file, target)
    return ended(api, sent, **how)


def ended(api: Api, one: dict[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
    after = run(api, one, dry_run=dry_run, progress=lambda done, chunks: None)
    return {**after["runs"][-1], "import_id": one["import_id"], "state": after["state"],
            "version": after["version"]}  # fmt: skip


def counted(result: dict[str, Any]) -> dict[str, int]:
    names = ("created", "existing", "failed", "skipped", "removed", "left")
    return {name: result[name] for name in names if result[name]}


@contextmanager
def nobody_hears(stack: Stack) -> Iterator[None]:
    """What follows from thousands of records (searching, history) is not what this is about and
    would keep the machine busy for long: its messages are dropped."""
    try:
        yield
    finally:
        sqs = stack.deployed.client("sqs")
        deadline = time.monotonic() + 120
        while True:
            waiting = stack.under_way()
            for queue in waiting["queues"]:
                sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"])
            if not any(waiting.values()) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        stack.rest()


def test_two_thousand_rows_with_three_bad_ones_and_the_same_file_again(
    stack: Stack, tmp_path: Path
) -> None:
    file = people(tmp_path / "people.csv", 2_000, bad=(17, 1_000, 1_999))

    with nobody_hears(stack):
        first = imported(stack, file)
    again = imported(stack, file)

    assert counted(first) == {"created": 1_997, "failed": 3}
    assert counted(again) == {"existing": 1_997, "failed": 3}
    api = Api(stack.url, stack.token("marketer"))
    header, *rows = csv.reader(io.StringIO(errors_of(api, first["import_id"]).decode("utf-8-sig")))
    assert header == [*HEADER, "import_row", "import_field", "import_code", "import_reason"]
    assert [row[5:] for row in rows] == [
        [number, "Email", "email_invalid", "This is not an e-mail address"]
        for number in ("19", "1002", "2001")
    ]


@pytest.mark.parametrize("moment", ["before", "during", "after"])
def test_functions_that_die_on_the_way_lose_nothing_and_do_nothing_twice(
    stack: Stack, tmp_path: Path, moment: str
) -> None:
    file = people(tmp_path / "people.csv", 600, bad=(3,))
    stack.crash("import_plan", moment)
    stack.crash("import_work", moment)

    with nobody_hears(stack):
        result = imported(stack, file)

    assert (result["state"], counted(result)) == ("finished", {"created": 599, "failed": 1})


def test_a_dry_run_then_the_import_then_undoing_it(stack: Stack, tmp_path: Path) -> None:
    file = people(tmp_path / "people.csv", 20, bad=(3,))
    api = Api(stack.url, stack.token("marketer"))
    one = send_file(api, file, "contacts")

    tried = ended(api, one, dry_run=True)
    done = ended(api, {**one, "version": tried["version"]})
    address = next(csv.DictReader(file.open()))["Email"]
    rows = stack.get(f"/v1/imports/{one['import_id']}/rows?outcome=created", who="marketer").json
    contact = stack.get(f"/v1/contacts/{rows['items'][0]['record_id']}", who="rep").json
    undo = {"version": done["version"]}
    answer = stack.call("POST", f"/v1/imports/{one['import_id']}/undo", undo, who="marketer")
    assert answer.status == 202
    path = f"/v1/imports/{one['import_id']}"
    undone = stack.eventually(
        lambda: (found := stack.get(path, who="marketer").json)["state"] == "undone" and found
    )

    assert counted(tried) == counted(done) == {"created": 19, "failed": 1}
    assert contact["emails"][0]["address"] == address
    assert counted(undone["runs"][-1]) == {"removed": 19}
    assert stack.get(f"/v1/contacts/{contact['contact_id']}", who="rep").status == 404
    stack.rest()


def test_leads_from_a_file_are_scored_like_others(stack: Stack, tmp_path: Path) -> None:
    file = people(tmp_path / "leads.csv", 3)

    result = imported(stack, file, "leads")

    assert counted(result) == {"created": 3}
    stack.rest()
    path = f"/v1/imports/{result['import_id']}/rows"
    rows = stack.get(path, who="marketer").json["items"]
    lead = stack.get(f"/v1/leads/{rows[0]['record_id']}", who="rep").json
    assert (lead["source"], lead["facts"]["country"]) == ("import", "NP")


def test_an_upload_goes_where_it_was_signed_for_and_nowhere_else(
    stack: Stack, tmp_path: Path
) -> None:
    file = people(tmp_path / "people.csv", 1)
    body = {"target": "contacts", "file_name": "people.csv"}
    upload = stack.call("POST", "/v1/imports", body, who="marketer").json["upload"]
    elsewhere = {**upload["fields"], "key": "uploads/import_01JWQ6Y3M8Z4T0V5B7C9D1E2F3"}
    unsigned = {**upload["fields"], "x-amz-signature": "0" * 64}

    for fields in (elsewhere, unsigned):
        with pytest.raises(urllib.error.HTTPError) as refused:
            post_file({**upload, "fields": fields}, file)
        assert refused.value.code == 403
    post_file(upload, file)


def test_people_go_out_to_who_asked_by_an_address_that_cannot_be_altered(
    stack: Stack, tmp_path: Path
) -> None:
    tag = uuid4().hex[:8]
    file = people(tmp_path / "people.csv", 12)
    rows = list(csv.reader(file.open()))
    tagged = [[*rows[0], "Tags"], *([*row, tag] for row in rows[1:])]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(tagged)
    assert counted(imported(stack, file)) == {"created": 12}
    body = {"format": "csv", "selection": {"tag": tag}}
    made = stack.call("POST", "/v1/exports", body, who="marketer")
    assert made.status == 202

    path = f"/v1/exports/{made.json['export_id']}"
    stack.eventually(lambda: stack.get(path, who="marketer").json["state"] == "finished")
    address = stack.get(f"{path}/file", who="marketer").json["url"]
    with urllib.request.urlopen(address, timeout=30) as answer:
        text = answer.read().decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert sorted(one["email"] for one in found) == sorted(row[2] for row in rows[1:])

    url = urllib.parse.urlsplit(address)
    query = dict(urllib.parse.parse_qsl(url.query))
    for altered in (
        url._replace(path=url.path.replace(".csv", ".jsonl")),
        url._replace(query=urllib.parse.urlencode({**query, "X-Amz-Expires": "604800"})),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.parse.urlunsplit(altered), timeout=30)
        assert refused.value.code == 403
    back = tmp_path / "back.csv"
    back.write_text(text)
    assert counted(imported(stack, back)) == {"existing": 12}
    stack.rest()
