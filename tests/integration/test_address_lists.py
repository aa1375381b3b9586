"""Campaigns that put people on a list: direct mail and calls, one row for each household, a response
code in each (row M4)."""

import csv
import io
import random
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from shared.customers.access.model import AccessRules
from shared.customers.access.repository import stored_rules as stored_access
from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.model import ContactChange
from shared.customers.suppression.changes import suppress
from shared.customers.suppression.model import Reason
from shared.marketing.address_lists import writing
from shared.marketing.sending.rules import Cap
from shared.platform import clock as platform_clock
from tests import dealings
from tests.calls import http
from tests.cloud import SETTINGS, client, everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.marketing import NABIN
from tests.privacy import erased, exported
from tests.pump import Pump, carried, overlook
from tests.sending import (
    ALWAYS,
    a_campaign,
    a_list,
    agree,
    campaigns,
    mailed,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
    texted,
)
from tests.staffing import employed

ONE = "/v1/campaigns/{campaign_id}"
ADDRESS = "12 Jyatha Marg\nThamel\nKathmandu 44600"
POST = {"channel": "post", "template_id": None, "code_prefix": "SPR"}


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


def living(count: int, prefix: str = "p", address: str = ADDRESS, **facts: Any) -> list[str]:
    """People at a postal address, who agreed to letters."""
    found = people(count, prefix, **{"postal_address": address, "country": "NP", **facts})
    for one in found:
        agree(one, channel="post")
    return found


def done(contact_ids: list[str], **more: Any) -> str:
    one = a_campaign(contact_ids, **{**POST, **more}).campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    minute()
    return one


def file_of(campaign: str) -> list[dict[str, str]]:
    """The rows of a campaign's list, from the request to the files."""
    employed(*NABIN)
    path, route = f"/{campaign}/files", f"{ONE}/files"
    made = campaigns("POST", path, body={}, route=route)
    assert made.status == 202, made.text
    Pump().run()
    file_id = made.json["file_id"]
    shown = campaigns("GET", f"{path}/{file_id}", route=f"{route}/{{file_id}}").json
    assert shown["finished_at"] and shown["problem"] is None
    found = []
    for number, address in enumerate(shown["addresses"], 1):
        key = f"exports/{file_id}-{number}.csv"
        assert key in address
        body = client("s3").get_object(Bucket=SETTINGS["files_bucket"], Key=key)["Body"].read()
        text = body.decode().removeprefix("\ufeff")
        found += list(csv.DictReader(io.StringIO(text, newline="")))
    return found


def code(text: str, **how: Any) -> Any:
    return http("campaign_admin", "GET", f"/v1/response-codes/{text}", staff=("asha", ["rep"]), route="/v1/response-codes/{code}", **how)  # fmt: skip


def use(text: str, reference: str = "order-1", **more: Any) -> Any:
    body = {"kind": "order", "reference": reference, **more}
    return http("campaign_admin", "POST", f"/v1/response-codes/{text}/uses", body=body, staff=("asha", ["rep"]), route="/v1/response-codes/{code}/uses")  # fmt: skip


def test_of_three_people_at_one_address_one_is_on_the_list_and_its_code_owes_an_order_to_it() -> (
    None
):
    ann, bob, eva = (
        living(1, "a", "12 Jyatha Marg\nThamel\nKathmandu 44600")
        + living(1, "b", "12, jyatha márg; THAMEL, Kathmandu-44600")
        + living(1, "c", "12 Jyatha Marg, Thamel,\n\nKathmandu 44600 ")
    )
    (other,) = living(1, "d", "13 Jyatha Marg\nThamel\nKathmandu 44600")
    (abroad,) = living(1, "e", ADDRESS, country="IN")

    one = done([ann, bob, eva, other, abroad], one_per="household")

    assert sums(one) == {"sent": 3, "skipped": 2}
    (row,) = [found for found in file_of(one) if found["contact_id"] in (ann, bob, eva)]
    assert row["address_3"] in ("Kathmandu 44600", "")
    shown = code(row["code"].lower()).json
    assert (shown["campaign_id"], shown["contact_id"]) == (one, row["contact_id"])
    assert use(row["code"]).status == 200
    assert use(row["code"]).json["uses"] == shown["uses"] + [
        {"kind": "order", "reference": "order-1", "at": use(row["code"]).json["uses"][0]["at"]}
    ]
    Pump().run()
    (told,) = [fact.detail for fact in carried() if fact.type == "ResponseCodeUsed"]
    assert (told["campaign_id"], told["contact_id"], told["code"]) == (one, row["contact_id"], row["code"])  # fmt: skip
    assert (told["kind"], told["reference"]) == ("order", "order-1")
    assert mailed() == {} and texted() == []


def test_codes_follow_each_other_without_a_gap_whatever_is_delivered_how_often() -> None:
    everybody = living(66)
    one = a_campaign(everybody, **POST).campaign_id
    overlook()
    move(one, "start")
    Pump(copies=3, shuffle=random.Random(7)).run()
    minute()

    found = file_of(one)

    assert [row["code"] for row in found] == [f"SPR-{n:04d}" for n in range(1, 67)]
    assert {row["contact_id"] for row in found} == set(everybody)
    assert sums(one) == {"sent": 66}
    campaigns_add_up(list(everything()))


def test_two_parts_at_once_give_out_no_code_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.marketing.sending import placing

    plain = placing.given_out
    behind = iter([0, 0])
    monkeypatch.setattr(placing, "given_out", lambda one: next(behind, None) or plain(one))
    one = done(living(25))

    assert [row["code"] for row in file_of(one)] == [f"SPR-{n:04d}" for n in range(1, 26)]


def test_who_is_not_to_be_written_to_is_not_on_the_list_and_foretold_so() -> None:
    (ann,) = living(1, "a", "1 A Street")
    (homeless,) = people(1, "h")
    agree(homeless, channel="post")
    (silent,) = people(1, "s", postal_address="2 B Street")
    twins = living(2, "t", "3 C Street")
    rules(ALWAYS.model_copy(update={"letter": 80, "quiet_from": "00:00", "quiet_to": "23:59"}))
    everybody = [ann, homeless, silent, *twins]
    one = a_campaign(everybody, **POST, one_per="household").campaign_id

    told = campaigns("POST", f"/{one}/preflight", route=f"{ONE}/preflight").json
    overlook()
    move(one, "start")
    Pump().run()
    minute()

    assert (told["sendable"], told["cost_cents"]) == (2, 160)
    assert told["why_not"] == {"no_address": 1, "no_consent": 1, "same_household": 1}
    assert sums(one) == {"sent": 2, "skipped": 3}
    reasons = [row.get("reason") for row in rows(one).values()]
    assert sorted(filter(None, reasons)) == ["no_address", "no_consent", "same_household"]
    assert len(file_of(one)) == 2


def test_who_shares_a_number_is_called_once_and_not_if_they_do_not_want_to() -> None:
    ann, bob = people(2, "a")
    for contact in (ann, bob):
        agree(contact, channel="phone")
        given = {"phones": [{"number": "+9779841234567"}]} if contact == ann else {}
        change_contact(contact, ContactChange(version=1, **given), "asha", platform_clock.now())
    (mute,) = people(1, "m", phones=[{"number": "+9779841234500"}])
    agree(mute, channel="phone")
    suppress([("phone", "+9779841234500")], None, Reason.UNSUBSCRIBED, platform_clock.now())

    one = done([ann, bob, mute], channel="phone", one_per="household")

    assert [(row["contact_id"], row["phone"]) for row in file_of(one)] == [(ann, "'+9779841234567")]
    assert {row.get("reason") for row in rows(one).values()} == {None, "no_address", "suppressed"}


def test_the_cap_holds_for_letters_too() -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),), "overflow": "drop"}))
    everybody = living(3, "a")

    done(everybody)
    two = done(everybody, code_prefix="SUM")

    assert sums(two) == {"skipped": 3}


def test_cells_are_no_formulas_and_long_addresses_lose_nothing() -> None:
    lines = [f"line {number}" for number in range(1, 9)]
    living_there = living(1, "a", "\n".join(lines), last_name="=cmd|' /C calc'!A0")

    (row,) = file_of(done(living_there))

    assert row["last_name"] == "'=cmd|' /C calc'!A0"
    assert [row[f"address_{n}"] for n in range(1, 7)] == [*lines[:5], "line 6, line 7, line 8"]


def test_a_long_list_is_in_several_files_and_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "ROWS_PER_FILE", 4)
    monkeypatch.setattr(writing, "AT_ONCE", 3)
    instants = iter(range(0, 10_000, 100))
    monkeypatch.setattr(writing, "monotonic", lambda: next(instants))
    one = done(living(10))

    found = file_of(one)

    assert [row["code"] for row in found] == [f"SPR-{n:04d}" for n in range(1, 11)]


def test_a_file_is_for_whoever_asked_for_it_alone() -> None:
    one = done(living(2))
    employed(*NABIN)
    employed("mina", ["marketer"])
    path, route = f"/{one}/files", f"{ONE}/files"
    key = {"idempotency-key": "k"}
    made = campaigns("POST", path, body={}, headers=key, route=route).json
    again = campaigns("POST", path, body={}, headers=key, route=route).json
    Pump().run()

    other = campaigns("GET", f"{path}/{made['file_id']}", route=f"{route}/{{file_id}}", by=("mina", ["marketer"]))  # fmt: skip
    rep = campaigns("POST", path, body={}, route=route, by=("asha", ["rep"]))

    assert made["file_id"] == again["file_id"]
    assert (other.status, other.code) == (403, "not_yours")
    assert rep.status == 403


def test_numbers_that_are_secret_are_masked_and_who_saw_them_is_written_down() -> None:
    rules_of_access = AccessRules(fields={"phones": ("sales_manager",)})
    stored_access.save("contact", rules_of_access, by="maya", at=platform_clock.now(), after=0, activate=True)  # fmt: skip
    found = people(3, "a")
    for number, contact in enumerate(found):
        phones = [{"number": f"+977984111250{number}"}]
        change_contact(contact, ContactChange.model_validate({"version": 1, "phones": phones}), "asha", platform_clock.now())  # fmt: skip
        agree(contact, channel="phone")

    one = file_of(done(found[:1], channel="phone"))
    two = file_of(done(found[1:], channel="phone", code_prefix="SUM"))

    assert all("984111250" not in row["phone"] for row in (*one, *two))
    looks = [item["pk"] for item in everything() if item["pk"].startswith("ACCESS#")]
    assert sorted(looks) == sorted(f"ACCESS#{contact}" for contact in found)


def test_a_campaign_that_sends_has_no_list() -> None:
    one = a_campaign(people(1)).campaign_id

    answer = campaigns("POST", f"/{one}/files", body={}, route=f"{ONE}/files")

    assert (answer.status, answer.code) == (409, "no_list")


def test_beginnings_of_codes_are_one_campaigns_for_ever() -> None:
    first = a_campaign([], **POST)
    given = {"name": "Two", "audience": {"list_id": a_list([])}, **POST}

    refused = campaigns("POST", body=given)
    assert (refused.status, refused.fields) == (422, {"code_prefix": "code_prefix_taken"})

    changed = {**given, "code_prefix": "SUM", "version": 1}
    path = f"/{first.campaign_id}"
    assert campaigns("PUT", path, body=changed, route=ONE).status == 200
    second = campaigns("POST", body=given)
    assert second.status == 201
    taken = {**given, "version": 2}
    refused = campaigns("PUT", path, body=taken, route=ONE)
    assert (refused.status, refused.fields) == (422, {"code_prefix": "code_prefix_taken"})


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"code_prefix": None}, {"code_prefix": "code_prefix_missing"}),
        ({"code_prefix": "x"}, {"code_prefix": "string_pattern_mismatch"}),
        ({"one_per": "town"}, {"one_per": "literal_error"}),
    ],
)
def test_lists_that_cannot_be_made_are_refused(change: Any, fields: Any) -> None:
    given = {"name": "x", "audience": {"list_id": a_list([])}, **POST}

    answer = campaigns("POST", body={**given, **change})

    assert (answer.status, answer.fields) == (422, fields)


@pytest.mark.parametrize("text", ["SPR-0009", "SPR", "spr-1", "SPR-0001%23USE", "x"])
def test_codes_that_were_never_given_out_are_unknown(text: str) -> None:
    done(living(1))

    assert (code(text).status, code(text).code) == (404, "code_not_found")
    assert use(text).status == 404


def test_what_has_not_happened_yet_is_owed_to_no_code() -> None:
    done(living(1))

    answer = use("SPR-0001", occurred_at="2031-01-01T00:00:00Z")

    assert (answer.status, answer.fields) == (422, {"occurred_at": "in_future"})


def test_codes_are_exported_and_go_with_the_person() -> None:
    ann, bob = living(2, "a")
    one = done([ann, bob])
    code_of_ann = rows(one)[ann]["provider_id"]
    use(code_of_ann)
    minute()

    _, archive = exported(contact_id=ann)
    with ZipFile(BytesIO(archive)) as found:
        held = "".join(found.read(name).decode() for name in found.namelist())
    erased(contact_id=ann)

    assert held.count(code_of_ann) >= 2
    assert "order-1" in held
    assert code(code_of_ann).status == 404
    assert code(rows(one)[bob]["provider_id"]).status == 200
    assert [row["contact_id"] for row in file_of(one)] == [bob]


def test_a_postal_address_is_kept_in_lines() -> None:
    one = dealings.a_contact(postal_address=" 12  Jyatha Marg \r\n\n Thamel\t ")

    assert one.postal_address == "12  Jyatha Marg\nThamel"
