"""What happened, as customers see it; a copy of all their data; and having it deleted."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import load
from shared.customers.history.model import Entry
from shared.customers.history.repository import record
from shared.kernel.clock import iso
from tests import cloud
from tests.conftest import NOW, FakeClock, Logs
from tests.dealings import a_call, a_receipt, tell
from tests.portal import (
    ANN,
    BEN,
    ask,
    code_for,
    customer,
    enter,
    mails_to,
    me,
    visit,
    wrong,
)
from tests.privacy import ask as staff_ask
from tests.privacy import everything_kept, look_again, shown, stored_file
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")


def entry(contact: Contact, number: int, kind: str, *, visible: bool, **more: str) -> Entry:
    at = iso(NOW - timedelta(hours=number))
    return Entry(
        contact_id=contact.contact_id, entry_id=f"entry-{number}", occurred_at=at, recorded_at=at,
        kind=kind, visible=visible, source="sales", by="asha", params=more,
        refs={"lead_id": "lead_x"}, text="She sounded annoyed",
    )  # fmt: skip


def test_a_customer_sees_what_they_did_and_were_told_in_words_for_them() -> None:
    ann = customer()
    told = tell(
        a_call(subject="Delivery", text="She sounded annoyed"),
        a_receipt(),
        {"id": "note-1", "email": ANN, "channel": "call_centre", "kind": "note", "text": "VIP!"},
        {"id": "out-1", "email": ANN, "channel": "email", "kind": "message",
         "direction": "outbound", "subject": "Your pump"},
    )  # fmt: skip
    assert told.status < 300, told.text

    answer = me("GET", "/history", ann)

    said = {one["said"] for one in answer.json["items"]}
    assert {"You called us: Delivery", "You bought Kettle, Cup", "We wrote to you: Your pump"} <= (
        said
    )
    page = visit("GET", "/portal/history", ann)
    for text in ("annoyed", "VIP", "asha", "nima", "lead_"):
        assert text not in answer.text
        assert text not in page.text
    assert "You called us: Delivery" in visit("GET", "/portal", ann).text


def test_scores_assignment_and_notes_are_never_shown() -> None:
    ann = customer()
    kinds = ("lead_ready", "lead_assigned", "hand_off_rejected", "task_created", "lead_moved")
    record([entry(ann, n, kind, visible=False) for n, kind in enumerate(kinds)])
    record([entry(ann, 9, "form_submitted", visible=True)])

    answer = me("GET", "/history", ann)

    assert [one["kind"] for one in answer.json["items"]] == ["form_submitted"]
    assert set(answer.json["items"][0]) == {
        "entry_id", "occurred_at", "kind", "direction", "channel", "said"}  # fmt: skip


def test_a_long_history_is_paged_and_its_cursor_is_one_customer_s() -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")
    record([entry(ann, n, "page_viewed", visible=n % 2 == 0, path=f"/p{n}") for n in range(40)])

    first = me("GET", "/history", ann, query={"limit": "15"}).json
    rest = me("GET", "/history", ann, query={"limit": "15", "cursor": first["next"]}).json
    foreign = me("GET", "/history", ben, query={"limit": "15", "cursor": first["next"]})

    assert [one["entry_id"] for one in first["items"] + rest["items"]] == [
        f"entry-{n}" for n in range(0, 40, 2)
    ]
    assert (foreign.status, foreign.code) == (422, "cursor_invalid")
    for cursor in ("x", "", "a.b", "\u00e4"):
        assert me("GET", "/history", ann, query={"cursor": cursor or "."}).status == 422
    older = visit("GET", "/portal/history", ann, query={"cursor": "x"})
    assert older.status == 422


def test_home_with_a_history_still_takes_three_calls() -> None:
    ann = customer()
    record([entry(ann, n, "page_viewed", visible=n > 50) for n in range(60)])
    visit("GET", "/portal", ann)

    page = visit("GET", "/portal", ann)

    assert page.dynamodb_calls == ["dynamodb.GetItem", "dynamodb.Query", "dynamodb.Query"]
    assert len(page.one(class_="timeline").all("li")) == 5


# A copy of everything.


def test_a_customer_fetches_a_copy_of_everything(pump: Pump) -> None:
    ann = customer()
    tell(a_call(subject="Delivery"))

    asked = me("POST", "/export", ann, {})
    assert asked.status == 202
    pump.run()

    answer = me("GET", f"/export/{asked.json['request_id']}", ann).json
    assert answer["state"] == "done"
    assert answer["download_url"]
    archive = zipfile.ZipFile(io.BytesIO(stored_file(f"privacy/{answer['request_id']}/export.zip")))
    assert "Delivery" in archive.read("contacts.json").decode()
    assert pump.dead == []


def test_another_customer_s_export_does_not_exist(pump: Pump) -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")
    hers = me("POST", "/export", ann, {}).json["request_id"]
    pump.run()
    erasure = staff_ask("erasure", contact_id=ann.contact_id).json["request_id"]

    for request_id in (hers, erasure, "x", "privacy_01JWQ6Y3MA0000000000000021", "%2e%2e"):
        answer = me("GET", f"/export/{request_id}", ben)
        assert (answer.status, answer.code) == (404, "privacy_request_not_found"), request_id
        assert visit("GET", f"/portal/data/export/{request_id}", ben).status == 404
    assert me("GET", f"/export/{erasure}", ann).status == 404, "an erasure is no export"


def test_an_export_is_made_once_at_a_time_and_fetched_for_a_week(
    pump: Pump, clock: FakeClock
) -> None:
    ann = customer()
    key = {"idempotency-key": "k1"}
    first = me("POST", "/export", ann, {}, headers=key)
    again = me("POST", "/export", ann, {}, headers=key)
    other = me("POST", "/export", ann, {})
    assert first.json == again.json
    assert (other.status, other.code) == (409, "privacy_request_under_way")
    pump.run()

    page = visit("GET", "/portal/data", ann)
    link = page.one("main").one("a", role="button", hx_boost="false")["href"]
    there = visit("GET", link, ann)
    assert there.status == 303
    assert f"privacy/{first.json['request_id']}/export.zip" in there.location
    assert "Signature" in there.location

    clock.tick(days=7)
    assert visit("GET", link, ann).status == 404
    assert me("GET", link.removeprefix("/portal/data"), ann).json["download_url"] is None


def test_the_page_shows_that_a_file_is_being_made(pump: Pump) -> None:
    ann = customer()
    rendered = visit("GET", "/portal/data", ann).one("input", name="rendered")["value"]
    for _ in range(2):
        assert visit("POST", "/portal/data/export", ann, form={"rendered": rendered}).status == 303

    waiting = visit("GET", "/portal/data/exports", ann, htmx=True)
    pump.run()
    ready = visit("GET", "/portal/data/exports", ann, htmx=True)

    assert waiting.one("div").get("hx-trigger") and "Being made" in waiting.text
    assert ready.one("div").get("hx-trigger") is None and "Ready" in ready.text


# Deleting everything.


def erasure_of(contact: Contact) -> str:
    answer = me("POST", "/erasure", contact, {})
    assert answer.status == 202, answer.text
    return str(answer.json["erasure_id"])


def confirmed(contact: Contact, erasure_id: str, code: str) -> tuple[int, str]:
    path = f"/erasure/{erasure_id}/confirmation"
    answer = me("POST", path, contact, {"code": code})
    return answer.status, answer.json.get("code") or answer.json["request_id"]


def test_everything_of_a_customer_goes_once_a_fresh_code_was_shown(pump: Pump, logs: Logs) -> None:
    ann = customer(phones=[{"number": "+9779841234567"}], last_name="Shresthacharya")
    enter(ask().json["sign_in"], code_for())
    change = me("POST", "/email-changes", ann, {"email": "ann@work.example"}).json["change_id"]
    pump.run()
    erasure_id = erasure_of(ann)
    assert load(ann.contact_id) is not None, "asking alone erases nothing"
    code = code_for()

    status, request_id = confirmed(ann, erasure_id, code)

    assert status == 202
    pump.run()
    look_again()
    assert shown(request_id)["state"] == "done"
    for trace in (ANN, "ann@work.example", "9841234567", "Shresthacharya", change):
        assert trace not in everything_kept(), trace
        assert trace not in logs.text
    users = cloud.client("cognito-idp").list_users(UserPoolId=cloud.customer_pool())["Users"]
    assert users == []
    assert me("GET", "", ann).status == 401
    mailed = len(mails_to(ANN))
    ask()
    pump.run()
    assert len(mails_to(ANN)) == mailed, "nobody signs in by the address"
    stores = {one["store"] for one in shown(request_id)["stores"]}
    assert {"sign_in", "sign_in_codes"} <= stores


def test_a_wrong_code_erases_nothing() -> None:
    ann = customer()
    erasure_id = erasure_of(ann)
    code = code_for()

    answers = [confirmed(ann, erasure_id, wrong(code)) for _ in range(5)]

    assert set(answers) == {(422, "code_wrong")}
    assert confirmed(ann, erasure_id, code) == (422, "code_over")
    assert not [one for one in cloud.everything() if one["pk"].startswith("PRIVACY#")]


def test_codes_for_other_things_erase_nothing() -> None:
    ann = customer()
    erasure_id = erasure_of(ann)
    ask()

    assert confirmed(ann, erasure_id, code_for())[1] == "code_wrong"


def test_a_code_for_an_erasure_is_good_for_ten_minutes(clock: FakeClock) -> None:
    ann = customer()
    erasure_id = erasure_of(ann)
    code = code_for()
    clock.tick(minutes=10)

    assert confirmed(ann, erasure_id, code) == (422, "code_over")


def test_another_customer_s_erasure_does_not_exist() -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")
    erasure_id = erasure_of(ann)
    code = code_for()

    for wanted in (erasure_id, "x", "%2e%2e", "code_01JWQ6Y3MA0000000000000021"):
        assert confirmed(ben, wanted, code) == (404, "erasure_not_found")
    assert load(ann.contact_id) == ann and load(ben.contact_id) == ben


def test_whoever_has_no_address_writes_to_us() -> None:
    ann = customer(emails=[], phones=[{"number": "+9779841234567"}])

    answer = me("POST", "/erasure", ann, {})

    assert (answer.status, answer.code) == (409, "email_missing")


def test_codes_for_erasures_are_not_asked_for_without_end() -> None:
    ann = customer()

    statuses = [me("POST", "/erasure", ann, {}).status for _ in range(6)]

    assert statuses == [202] * 5 + [429]


def test_deleting_on_the_pages_says_what_it_means_and_signs_out(pump: Pump) -> None:
    ann = customer()
    page = visit("GET", "/portal/data/erasure", ann)
    assert "cannot be taken back" in page.text and "five weeks" in page.text
    asked = visit("POST", "/portal/data/erasure", ann)
    action = asked.one("form", class_="short-field")["action"]
    code = code_for()
    refused = visit("POST", action, ann, form={"code": wrong(code)})
    assert (refused.status, bool(refused.one(id="e-code").text)) == (422, True)

    done = visit("POST", action, ann, form={"code": code})

    assert done.status == 200
    assert done.cookies[0].startswith("__Host-crm-customer=;")
    request_id = done.one("code").text
    pump.run()
    look_again()
    assert shown(request_id)["state"] == "done"
    assert json.dumps(shown(request_id)).count(ANN) == 0
