"""A customer's own pages in a real browser, and the API beside them: from the mailed code to having
everything deleted."""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import pytest

from infra.local.customers import code_in
from shared.portal.navigation import MENU

from .company import address
from .pages import PHONE, Visitor, visiting
from .seen import findings, looked_at
from .stack import Reply, Stack

pytestmark = pytest.mark.journey

FIRST_LOAD: Final = 60_000
LATER: Final = 20_000
"""Bytes transferred, fonts left out."""


@dataclass(frozen=True)
class Customer:
    """A contact of this journey, as staff know them."""

    contact_id: str
    email: str


def customer(stack: Stack, name: str = "Sunita") -> Customer:
    """Somebody who called, and was written to."""
    email = address()
    made = stack.call(
        "POST",
        "/v1/contacts",
        {"first_name": name, "last_name": "Karki", "emails": [{"address": email}],
         "zone": "Asia/Kathmandu"},
        who="sales_manager",
    )  # fmt: skip
    assert made.status == 201, made.text
    call = {"id": uuid4().hex, "email": email, "channel": "call_centre", "kind": "call",
            "subject": "Where is my pump?", "text": "Sounded annoyed"}  # fmt: skip
    told = stack.call("POST", "/v1/interactions", call, who="rep")
    assert told.status < 300, told.text
    return Customer(made.json["contact_id"], email)


def codes(stack: Stack, email: str) -> list[str]:
    return [code for code in map(code_in, stack.mail(email)) if code]


def code_after(stack: Stack, email: str, before: int) -> str:
    """The code that was mailed since there were so many."""
    return stack.eventually(lambda: codes(stack, email)[before:])[-1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def sign_in(stack: Stack, visitor: Visitor, email: str, at: str = "/portal") -> None:
    """Type the address, read the mail, type the code."""
    page, before = visitor.page, len(codes(stack, email))
    page.goto(at)
    page.fill("#f-email", email)
    page.click("main button[type=submit]")
    page.wait_for_selector("#f-code")
    page.fill("#f-code", code_after(stack, email, before))
    page.click("main button[type=submit]")
    page.wait_for_selector("body.portal")


def api(stack: Stack, token: str, method: str, path: str, body: Any = None) -> Reply:
    headers = {"authorization": f"Bearer {token}"}
    return stack.call(method, f"/v1/portal/me{path}", body, headers=headers)


def test_a_customer_signs_in_sees_their_history_and_decides(stack: Stack, browser: Any) -> None:
    sunita = customer(stack)
    with visiting(browser, stack) as visitor:
        page = visitor.page
        sign_in(stack, visitor, sunita.email, "/portal/preferences")
        assert page.url.endswith("/portal/preferences")
        page.click("main form:has(input[value=email]) button")
        page.wait_for_selector("text=Marketing: e-mail is on")
        page.wait_for_selector(".choice:has-text('E-mail') .badge.good")

        page.click('.places a[href="/portal"]')
        page.wait_for_selector("h1:has-text('Sunita')")
        page.wait_for_selector("text=You called us: Where is my pump?")
        assert "annoyed" not in page.content()
        page.click("text=Your profile")
        page.wait_for_url("**/portal/profile")
        page.click("text=Change >> nth=0")
        page.fill("#f-phone", "12")
        page.click("main button[type=submit]")
        page.wait_for_selector("[role=alert]")
        page.fill("#f-phone", "")
        page.fill("#f-last_name", "Gurung \u0926 <b>")
        page.click("main button[type=submit]")
        page.wait_for_selector("text=Your profile is saved")
        assert "Gurung \u0926 <b>" in page.inner_text("main")

        page.click("text=Sign out")
        page.wait_for_url("**/portal/sign-in")
        page.goto("/portal/history")
        assert "/portal/sign-in?next=" in page.url
        assert visitor.wrong == []

    consents = stack.get(f"/v1/contacts/{sunita.contact_id}/consents", who="rep").json
    (stands,) = consents["items"]
    assert (stands["channel"], stands["state"], stands["evidence"]["source"]) == (
        "email", "granted", "portal")  # fmt: skip


def test_five_wrong_codes_and_an_unknown_address(stack: Stack, browser: Any) -> None:
    sunita = customer(stack)
    with visiting(browser, stack) as visitor:
        page = visitor.page
        page.goto("/portal/sign-in")
        page.fill("#f-email", sunita.email)
        page.click("main button[type=submit]")
        page.wait_for_selector("#f-code")
        shown = page.inner_text("main")
        code = code_after(stack, sunita.email, 0)
        for _ in range(5):
            page.fill("#f-code", wrong(code))
            page.click("main button[type=submit]")
            page.wait_for_selector("text=not the code we sent")
        assert findings(page) == []
        page.fill("#f-code", code)
        page.click("main button[type=submit]")
        page.wait_for_selector("text=no longer good")
        assert page.context.cookies() == [] or "crm-customer" not in str(page.context.cookies())

        page.click("text=Send another code")
        page.fill("#f-email", "nobody-at-all@example.com")
        page.click("main button[type=submit]")
        page.wait_for_selector("#f-code")
        assert page.inner_text("main").replace("nobody-at-all@example.com", sunita.email) == shown
        page.fill("#f-code", "123456")
        page.click("main button[type=submit]")
        page.wait_for_selector("text=not the code we sent")
        assert stack.mail("nobody-at-all@example.com") == []
        assert visitor.wrong == []


def test_a_customer_changes_their_address_and_the_former_one_objects(
    stack: Stack, browser: Any
) -> None:
    sunita, new = customer(stack), address()
    with visiting(browser, stack) as visitor, visiting(browser, stack) as elsewhere:
        page = visitor.page
        sign_in(stack, elsewhere, sunita.email)
        sign_in(stack, visitor, sunita.email, "/portal/profile/email")
        page.fill("#f-email", new)
        page.click("main button[type=submit]")
        page.wait_for_selector("#f-code")
        page.fill("#f-code", code_after(stack, new, 0))
        page.click("main button[type=submit]")
        page.wait_for_selector(f"text=From now on you sign in by {new}")
        assert new in page.inner_text("main")
        elsewhere.page.goto("/portal")
        assert "/portal/sign-in" in elsewhere.page.url, "the other session began at the old address"

        told = stack.eventually(
            lambda: [one for one in stack.mail(sunita.email) if "was changed" in one.subject]
        )
        (link,) = re.findall(r"https?://\S+objection\S+", told[0].text)
        elsewhere.page.goto(link)
        assert findings(elsewhere.page) == []
        elsewhere.page.click("text=Take my address back")
        elsewhere.page.wait_for_selector("text=Your address is yours again")
        page.goto("/portal")
        assert "/portal/sign-in" in page.url, "whoever came in by the new address is out"
        sign_in(stack, elsewhere, sunita.email)
        assert visitor.wrong == elsewhere.wrong == []


def test_a_copy_of_everything_and_the_end_of_it(stack: Stack, browser: Any) -> None:
    sunita = customer(stack)
    with visiting(browser, stack) as visitor:
        page = visitor.page
        sign_in(stack, visitor, sunita.email, "/portal/data")
        page.click("text=Make a file")
        with page.expect_download(timeout=60_000) as coming:
            page.click("text=Download", timeout=60_000)
        archive = zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes()))
        contents = json.loads(archive.read("contents.json"))
        assert contents["contact_id"] == sunita.contact_id
        everything = "".join(archive.read(one).decode() for one in archive.namelist())
        assert sunita.email in everything and "Where is my pump?" in everything

        page.click("text=Delete my data")
        page.wait_for_selector("text=This cannot be taken back")
        before = len(codes(stack, sunita.email))
        page.click("text=Send me a code")
        page.wait_for_selector("#f-code")
        assert findings(page) == []
        page.fill("#f-code", wrong(code := code_after(stack, sunita.email, before)))
        page.click("text=Delete everything")
        page.wait_for_selector("text=not the code we sent")
        page.fill("#f-code", code)
        page.click("text=Delete everything")
        page.wait_for_selector("text=Your data is being deleted")
        request_id = page.inner_text("code")
        page.goto("/portal")
        assert "/portal/sign-in" in page.url
        assert visitor.wrong == []

    stack.rest()
    stack.tick("30m")
    done = stack.get(f"/v1/privacy/requests/{request_id}", who="admin").json
    assert done["state"] == "done", done
    assert stack.get(f"/v1/contacts/{sunita.contact_id}", who="rep").status == 404
    mailed = len(stack.mail(sunita.email))
    asked = stack.call("POST", "/v1/portal/sign-in", {"email": sunita.email})
    assert asked.status == 202
    stack.rest()
    assert len(stack.mail(sunita.email)) == mailed


def test_tokens_open_what_is_theirs_and_nothing_else(stack: Stack) -> None:
    sunita, other = customer(stack), customer(stack, "Daniel")
    token = stack.customer_token(sunita.email)
    mine = api(stack, token, "GET", "")
    assert mine.json["contact_id"] == sunita.contact_id
    theirs = stack.customer_token(other.email)
    change = api(stack, theirs, "POST", "/email-changes", {"email": address()}).json["change_id"]
    export = api(stack, theirs, "POST", "/export", {}).json["request_id"]
    erasure = api(stack, theirs, "POST", "/erasure", {}).json["erasure_id"]

    for method, path, body in (
        ("POST", f"/email-changes/{change}/confirmation", {"code": "123456"}),
        ("GET", f"/export/{export}", None),
        ("POST", f"/erasure/{erasure}/confirmation", {"code": "123456"}),
        ("GET", f"/{other.contact_id}", None),
    ):
        assert api(stack, token, method, path, body).status == 404, path
    bearer = {"authorization": f"Bearer {token}"}
    for path in ("/v1/leads", f"/v1/contacts/{sunita.contact_id}", "/v1/staff"):
        assert stack.call("GET", path, headers=bearer).status == 401, path
    for who in ("rep", "admin"):
        assert stack.get("/v1/portal/me", who=who).status == 401
    for forged in (token[:-3], token.swapcase(), "x", ""):
        assert api(stack, forged, "GET", "").status == 401
    assert stack.call("GET", "/v1/portal/me").status == 401


def test_a_code_is_good_for_ten_minutes_and_once(stack: Stack) -> None:
    sunita = customer(stack)
    asked = stack.call("POST", "/v1/portal/sign-in", {"email": sunita.email}).json["sign_in"]
    code = code_after(stack, sunita.email, 0)
    enter = {"sign_in": asked, "code": code}
    assert stack.call("POST", "/v1/portal/sign-in/code", enter).status == 200
    again = stack.call("POST", "/v1/portal/sign-in/code", enter)
    assert (again.status, again.json["code"]) == (422, "code_over")

    late = stack.call("POST", "/v1/portal/sign-in", {"email": sunita.email}).json["sign_in"]
    code = code_after(stack, sunita.email, 1)
    stack.tick("10m")
    answer = stack.call("POST", "/v1/portal/sign-in/code", {"sign_in": late, "code": code})
    assert (answer.status, answer.json["code"]) == (422, "code_over")


def test_every_page_is_accessible_fits_the_phone_and_is_small(stack: Stack, browser: Any) -> None:
    sunita = customer(stack)
    wrong_there, sizes = [], {}
    with visiting(browser, stack) as visitor:
        visitor.go("/portal/sign-in")
        sizes["/portal/sign-in"] = visitor.first()
        wrong_there += looked_at(visitor)
        sign_in(stack, visitor, sunita.email)
        for at in (*(one.address for one in MENU), "/portal/profile/edit", "/portal/profile/email",
                   "/portal/data/erasure", "/portal/no-such-page"):  # fmt: skip
            answer = visitor.go(at)
            assert answer.status == (404 if "no-such" in at else 200), at
            sizes[at] = visitor.first()
            wrong_there += looked_at(visitor)
        later = {}
        visitor.page.goto("/portal")
        for place in (*MENU[1:], MENU[0]):
            visitor.counted()
            visitor.page.click(f'.places a[href="{place.address}"]')
            visitor.page.wait_for_selector(f'.places a[href="{place.address}"][aria-current]')
            later[place.address] = visitor.counted()
        wrong_there += visitor.wrong

    for at, size in sizes.items():
        print(f"{size:>8,} bytes at first, {later.get(at, 0):>6,} later  {at}")
    assert wrong_there == [], "\n".join(["", *wrong_there])
    assert {at: size for at, size in sizes.items() if size > FIRST_LOAD} == {}
    assert {at: size for at, size in later.items() if size > LATER} == {}


def test_everything_is_reached_by_keyboard_and_by_thumb(stack: Stack, browser: Any) -> None:
    sunita = customer(stack)
    with visiting(browser, stack, viewport=PHONE, has_touch=True) as visitor:
        page = visitor.page
        sign_in(stack, visitor, sunita.email)
        page.goto("/portal")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.textContent") == "Skip to content"
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "content"
        box = page.locator(".places").bounding_box()
        assert box["y"] + box["height"] == PHONE["height"], "places are within the thumb's reach"
        page.tap('.places a[href="/portal/preferences"]')
        page.wait_for_selector('.places a[href="/portal/preferences"][aria-current]')
        page.wait_for_function("() => document.activeElement.id === 'content'")
        page.tap("main form:has(input[value=sms]) button")
        page.wait_for_selector("text=Marketing: text message is on")
        assert visitor.wrong == []


def test_a_half_typed_form_outlives_the_session(stack: Stack, browser: Any) -> None:
    sunita = customer(stack)
    with visiting(browser, stack) as visitor:
        page = visitor.page
        sign_in(stack, visitor, sunita.email, "/portal/profile/edit")
        page.fill("#f-last_name", "Half-typed")
        page.context.clear_cookies(name="crm-customer")
        page.click("main button[type=submit]")
        page.wait_for_selector("#sign-in-again[open] #f-email")
        assert findings(page) == []
        before = len(codes(stack, sunita.email))
        page.fill("#sign-in-again #f-email", sunita.email)
        page.click("#sign-in-again button[type=submit]")
        page.wait_for_selector("#sign-in-again #f-code")
        page.fill("#sign-in-again #f-code", code_after(stack, sunita.email, before))
        page.click("#sign-in-again button[type=submit]")
        page.wait_for_selector("#sign-in-again:not([open])", state="attached")
        assert page.input_value("#f-last_name") == "Half-typed"
        page.click("main button[type=submit]")
        page.wait_for_selector("text=Your profile is saved")
        assert visitor.wrong == []
