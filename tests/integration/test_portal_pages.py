"""The customers' pages: signing in, profile, address, preferences."""

import json
import re

import pytest

from shared.customers.consents.repository import of_contact
from shared.customers.contacts.repository import load
from tests import cloud
from tests.calls import Answer
from tests.conftest import NOW, FakeClock
from tests.customers import an_account
from tests.pages import Page
from tests.portal import (
    ANN,
    code_for,
    cookie_of,
    customer,
    getting_in,
    mails_to,
    me,
    visit,
    wrong,
)
from tests.pump import Pump

pytestmark = pytest.mark.usefixtures("tables")

NEW = "ann.lee@example.org"


def asked(email: str = ANN, **more: str) -> Page:
    page = getting_in("POST", "/portal/sign-in", form={"email": email, **more})
    assert page.status == 200, page.text
    return page


def entered(page: Page, code: str, **more: str) -> Page:
    pending = page.one("input", name="pending")["value"]
    form = {"pending": pending, "code": code, "email": ANN, **more}
    return getting_in("POST", "/portal/sign-in/code", form=form)


def session(page: Page) -> str:
    (cookie,) = [one for one in page.cookies if "crm-customer=" in one]
    return cookie.partition(";")[0]


def test_a_customer_gets_in_and_where_they_wanted() -> None:
    customer()
    page = entered(asked(), code_for(), next="/portal/preferences")

    assert (page.status, page.location) == (303, "/portal/preferences")
    home = visit("GET", "/portal", headers={"cookie": session(page)})
    assert home.status == 200
    assert home.one("h1").text.endswith(", Ann")
    assert "Jaladhara" in home.one("title").text


def test_the_page_says_the_same_for_an_address_nobody_has() -> None:
    customer()
    known, unknown = asked(), asked("nobody@example.com")

    assert known.text.replace(ANN, "") == unknown.text.replace("nobody@example.com", "")
    said = [entered(one, "000000") for one in (known, unknown)]
    assert said[0].text == said[1].text
    assert {one.status for one in said} == {422}


def test_a_wrong_code_is_told_at_its_field_and_five_end_it() -> None:
    customer()
    page = asked()
    code = code_for()

    first = entered(page, wrong(code))
    assert (first.status, first.one(id="e-code").text) == (422, "That is not the code we sent")
    for _ in range(4):
        entered(page, wrong(code))

    last = entered(page, code)
    assert "no longer good" in last.one(id="e-code").text
    assert not last.cookies


def test_signing_in_again_over_a_page_keeps_the_page() -> None:
    ann = customer()
    from shared.pages.session import csrf_token

    dialog = getting_in("GET", "/portal/sign-in/again", htmx=True)
    assert dialog.all("html") == [] and dialog.one("form").get("hx-target") == "#sign-in-again"
    page = asked(again="yes")
    form = {"pending": page.one("input", name="pending")["value"], "again": "yes"}
    code = code_for()

    mine = getting_in(
        "POST",
        "/portal/sign-in/code",
        form={**form, "code": code},
        headers={"x-csrf-token": csrf_token(ann.contact_id, NOW)},
        htmx=True,
    )

    assert (mine.status, mine.headers["hx-trigger"]) == (204, "signed-in")
    other = entered(asked(again="yes"), code_for(), again="yes")
    assert (other.status, other.headers["hx-redirect"]) == (204, "/portal")


def test_signing_out_ends_the_session_in_this_browser() -> None:
    ann = customer()

    page = visit("POST", "/portal/sign-out", ann, function="portal_sign_in")

    assert (page.status, page.location) == (303, "/portal/sign-in")
    assert page.cookies[0].startswith("__Host-crm-customer=;")


def test_home_takes_three_calls_at_most() -> None:
    ann = customer()
    visit("GET", "/portal", ann)

    page = visit("GET", "/portal", ann)

    assert len(page.dynamodb_calls) <= 3, page.dynamodb_calls
    assert all(".Scan" not in one for one in page.calls)


def test_the_profile_is_shown_and_changed() -> None:
    ann = customer(phones=[{"number": "+9779841234567"}, {"number": "+4930901820"}])
    assert "+9779841234567" in visit("GET", "/portal/profile", ann).text
    form = visit("GET", "/portal/profile/edit", ann)
    assert form.one("datalist").get("hx-get") == "/portal/profile/zones"
    zones = visit("GET", "/portal/profile/zones", ann)
    assert zones.one("option", value="Asia/Kathmandu") and not zones.all("nav")
    fields = {one["name"]: one.get("value") or "" for one in form.one("main").all("input")}

    changed = {**fields, "last_name": "Gurung", "phone": "+977 980-1234567", "zone": "Asia/Tokyo"}
    page = visit("POST", "/portal/profile/edit", ann, form=changed)

    known = load(ann.contact_id)
    assert (page.status, page.location, page.toast) == (303, "/portal/profile",
                                                        "Your profile is saved.")  # fmt: skip
    assert known is not None and (known.name, known.zone) == ("Ann Gurung", "Asia/Tokyo")
    assert [one.number for one in known.phones] == ["+9779801234567", "+4930901820"]


def test_the_companies_of_a_customer_are_named() -> None:
    account = an_account(NOW, "Himal Bank")
    ann = customer(accounts=[{"account_id": account.account_id, "role": "admin"}])

    page = visit("GET", "/portal/profile", ann)

    assert "Himal Bank" in page.text
    (mine,) = me("GET", "", ann).json["accounts"]
    assert (mine["account_id"], mine["admin"]) == (account.account_id, True)


def test_what_does_not_fit_is_told_and_nothing_typed_is_lost() -> None:
    ann = customer()
    form = {"version": "1", "last_name": "x" * 201, "first_name": "Anna", "country": "Atlantis"}

    page = visit("POST", "/portal/profile/edit", ann, form=form)

    assert page.status == 422
    assert page.one(id="f-first_name")["value"] == "Anna"
    assert page.one(id="e-last_name").text
    assert load(ann.contact_id) == ann


def test_a_change_meanwhile_is_not_overwritten_unseen() -> None:
    ann = customer()
    me("PATCH", "", ann, {"version": 1, "last_name": "Rai"})

    page = visit("POST", "/portal/profile/edit", ann, form={"version": "1", "last_name": "Gurung"})

    assert page.status == 412
    assert page.one(id="f-last_name")["value"] == "Gurung"
    again = {"version": page.one("input", name="version")["value"], "last_name": "Gurung"}
    assert visit("POST", "/portal/profile/edit", ann, form=again).status == 303


def test_an_address_is_changed_and_other_sessions_end(pump: Pump) -> None:
    ann = customer()
    page = visit("POST", "/portal/profile/email", ann, form={"email": NEW})
    action = page.one("form", class_="short-field")["action"]
    code = code_for(NEW)
    assert visit("POST", action, ann, form={"code": wrong(code), "email": NEW}).status == 422

    done = visit("POST", action, ann, form={"code": code, "email": NEW})

    assert (done.status, done.location) == (303, "/portal/profile")
    here, elsewhere = session(done), cookie_of(ann)
    assert visit("GET", "/portal", headers={"cookie": here}).status == 200
    assert visit("GET", "/portal", headers={"cookie": elsewhere}).status == 303
    pump.run()
    assert len(mails_to(ANN)) == 1


def test_whoever_reads_mail_at_the_former_address_takes_it_back(pump: Pump) -> None:
    ann = customer()
    page = visit("POST", "/portal/profile/email", ann, form={"email": NEW})
    action = page.one("form", class_="short-field")["action"]
    thief = session(visit("POST", action, ann, form={"code": code_for(NEW), "email": NEW}))
    link = link_in_mail(pump)

    asked_first = getting_in("GET", "/portal/objection", query={"token": link})
    assert asked_first.status == 200
    now = load(ann.contact_id)
    assert now is not None and now.email == NEW, "only looking changes nothing"
    done = getting_in("POST", "/portal/objection", form={"token": link})

    assert (done.status, done.location) == (303, "/portal/sign-in")
    known = load(ann.contact_id)
    assert known is not None and [one.address for one in known.emails] == [ANN]
    assert visit("GET", "/portal", headers={"cookie": thief}).status == 303
    assert getting_in("POST", "/portal/objection", form={"token": link}).status == 404


def link_in_mail(pump: Pump) -> str:
    pump.run()
    found = re.search(r"objection\?token=([\w.-]+)", mails_to(ANN)[-1].body)
    assert found
    return found.group(1)


def test_an_objection_undoes_what_came_after_too(pump: Pump) -> None:
    ann = customer()
    for email in (NEW, "thief@example.net"):
        contact = load(ann.contact_id)
        assert contact is not None
        change = me("POST", "/email-changes", contact, {"email": email}).json["change_id"]
        confirm(ann.contact_id, change, code_for(email))
    link = link_in_mail(pump)

    getting_in("POST", "/portal/objection", form={"token": link})

    known = load(ann.contact_id)
    assert known is not None and [one.address for one in known.emails] == [ANN]


def confirm(contact_id: str, change: str, code: str) -> Answer:
    contact = load(contact_id)
    assert contact is not None
    return me("POST", f"/email-changes/{change}/confirmation", contact, {"code": code})


@pytest.mark.parametrize("token", ["", "x", "x.y", "\u00e4", "a" * 5_000])
def test_a_forged_objection_is_no_page(token: str) -> None:
    assert getting_in("GET", "/portal/objection", query={"token": token}).status == 404
    assert getting_in("POST", "/portal/objection", form={"token": token}).status == 404


def test_an_objection_comes_in_time_or_not_at_all(pump: Pump, clock: FakeClock) -> None:
    ann = customer()
    change = me("POST", "/email-changes", ann, {"email": NEW}).json["change_id"]
    confirm(ann.contact_id, change, code_for(NEW))
    link = link_in_mail(pump)
    clock.tick(days=14)

    assert getting_in("POST", "/portal/objection", form={"token": link}).status == 404


def test_an_address_another_customer_took_is_not_taken_back(pump: Pump) -> None:
    ann = customer()
    change = me("POST", "/email-changes", ann, {"email": NEW}).json["change_id"]
    confirm(ann.contact_id, change, code_for(NEW))
    link = link_in_mail(pump)
    customer(ANN, first_name="Another")

    page = getting_in("POST", "/portal/objection", form={"token": link})

    assert page.status == 409
    assert "another account" in page.text


def switches(page: Page) -> dict[tuple[str, str], dict[str, str]]:
    """The buttons of the preferences: (purpose, channel) → what the form sends."""
    forms = [
        {one["name"]: one["value"] for one in form.all("input") if one["name"] != "csrf"}
        for form in page.one("main").all("form")
    ]
    return {(one["purpose"], one["channel"]): one for one in forms}


def test_a_channel_is_allowed_and_taken_back_at_once(clock: FakeClock) -> None:
    ann = customer()
    page = visit("GET", "/portal/preferences", ann)
    on = switches(page)["marketing", "email"]

    done = visit("POST", "/portal/preferences", ann, form=on)

    assert (done.status, done.toast) == (303, "Marketing: e-mail is on")
    (stands,) = of_contact(ann.contact_id)
    assert (stands.purpose, stands.channel, stands.state) == ("marketing", "email", "granted")
    assert stands.evidence.source == "portal" and stands.evidence.text_version
    assert "203.0.113.7" not in json.dumps(list(cloud.everything()), default=str)
    clock.tick(seconds=1)
    after = visit("GET", "/portal/preferences", ann)
    visit("POST", "/portal/preferences", ann, form=switches(after)["marketing", "any"])
    shown = me("GET", "/consents", ann).json
    assert shown["items"] == [
        {"purpose": "marketing", "channels": dict.fromkeys(
            ("email", "phone", "sms", "whatsapp", "post"), False)}]  # fmt: skip
    assert [one["state"] for one in shown["log"]] == ["withdrawn", "granted"]


def test_a_button_pressed_twice_counts_once() -> None:
    ann = customer()
    on = switches(visit("GET", "/portal/preferences", ann))["marketing", "sms"]

    for _ in range(2):
        assert visit("POST", "/portal/preferences", ann, form=on).status == 303

    assert len(me("GET", "/consents", ann).json["log"]) == 1


@pytest.mark.parametrize("body", [
    {}, {"purpose": "marketing", "channel": "pigeon", "granted": True},
    {"purpose": "No Purpose!", "channel": "email", "granted": True},
    {"purpose": "marketing", "channel": "email"},
    {"purpose": "marketing", "channel": "email", "granted": True, "contact_id": "contact_x"},
])  # fmt: skip
def test_a_choice_that_cannot_be_is_refused(body: dict[str, object]) -> None:
    ann = customer()

    answer = me("PUT", "/consents", ann, body)

    assert answer.status == 422 and answer.fields
    assert of_contact(ann.contact_id) == []


def test_a_choice_sent_again_with_its_key_is_one_choice() -> None:
    ann = customer()
    body = {"purpose": "marketing", "channel": "email", "granted": True}
    key = {"idempotency-key": "k1"}

    first = me("PUT", "/consents", ann, body, headers=key)
    again = me("PUT", "/consents", ann, body, headers=key)
    other = me("PUT", "/consents", ann, {**body, "granted": False}, headers=key)

    assert first.json == again.json
    assert len(again.json["log"]) == 1
    assert (other.status, other.code) == (422, "idempotency_key_reused")
