"""What no page of the portal may let through, tried on every one there is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.customers.contacts.changes import delete_contact
from shared.customers.contacts.model import Contact
from shared.customers.contacts.repository import contact_key, customers
from shared.pages.entry import HEADERS
from shared.pages.session import csrf_token
from shared.platform.requests import Put, Update
from shared.portal.entry import CUSTOMERS
from tests.conftest import NOW, FakeClock, Logs
from tests.page_routes import Place, page_handlers, places
from tests.pages import HOSTILE, Page, browse
from tests.portal import ANN, BEN, asking_triggers, cookie_of, customer, getting_in, visit
from tests.staffing import employed

pytestmark = pytest.mark.usefixtures("tables")

SIGN_IN: Final = "/portal/sign-in"
BUCKET: Final = " https://crm-test-files.s3.eu-central-1.amazonaws.com"
"""Where a page that sends files may send them, beside home."""


class _Anything(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return "some"


PLACES: Final = [replace(one, path=one.path.format_map(_Anything())) for one in places("portal")]
CLOSED: Final = [place for place in PLACES if not place.public]
POSTS: Final = [place for place in PLACES if place.method == "POST"]


def ask(place: Place, contact: Contact | None = None, **more: Any) -> Page:
    asking_triggers()
    return visit(place.method, place.path, contact, function=place.function, **more)


def secured(page: Page) -> None:
    for name, value in HEADERS.items():
        assert page.headers[name].replace(BUCKET, "") == value
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<style" not in page.html and " style=" not in page.html
    assert all(one.get("src") for one in page.all("script"))


def test_there_are_pages() -> None:
    assert len(CLOSED) >= 8
    assert {place.function for place in PLACES} == {
        handler.parent.name for handler in page_handlers("portal")
    }


@pytest.mark.parametrize("place", CLOSED, ids=str)
def test_nobody_gets_in_without_a_session(place: Place) -> None:
    page = ask(place)

    secured(page)
    if place.method == "GET":
        assert (page.status, page.location[: len(SIGN_IN)]) == (303, SIGN_IN)
    else:
        assert (page.status, page.headers["hx-trigger"]) == (401, "session-ended")


@pytest.mark.parametrize("place", CLOSED, ids=str)
def test_a_session_of_staff_is_none_of_a_customer(place: Place) -> None:
    employed("asha", ["admin"])

    page = browse(place.function, place.method, place.path, who=("asha", ["admin"]))

    assert page.status == (303 if place.method == "GET" else 401)


@pytest.mark.parametrize("place", POSTS, ids=str)
def test_a_form_of_another_site_is_refused(place: Place) -> None:
    ann = None if place.public else customer()
    for origin in ("https://evil.example", "null", "http://crm.example.com", ""):
        page = ask(place, ann, headers={"origin": origin, "sec-fetch-site": "cross-site"})

        secured(page)
        assert page.status == 403, origin
        assert "origin_foreign" in page.text


@pytest.mark.parametrize("place", [one for one in POSTS if not one.public], ids=str)
def test_a_form_without_the_customer_s_own_token_is_refused(place: Place) -> None:
    ann = customer()
    for token in ("", "0" * 32, csrf_token("contact_x", NOW),
                  csrf_token(ann.contact_id, NOW - timedelta(days=2))):  # fmt: skip
        page = ask(place, ann, csrf=False, form={"csrf": token} if token else {})

        assert page.status == 403, token
        assert "csrf_invalid" in page.text


@pytest.mark.parametrize("place", [one for one in PLACES if one.method == "GET"], ids=str)
def test_every_page_is_secured_and_shows_what_people_typed_as_text(place: Place) -> None:
    ann = customer(first_name=HOSTILE[:200], last_name=HOSTILE[:200])

    page = ask(place, None if place.public else ann, headers={"cookie": "crm-theme=x"})

    secured(page)
    assert page.status < 500
    assert "<script>alert" not in page.html and "<img src=x" not in page.html


@pytest.mark.parametrize("place", POSTS, ids=str)
def test_an_oversize_body_is_refused(place: Place) -> None:
    ann = None if place.public else customer()
    headers = {"x-csrf-token": csrf_token(ann.contact_id, NOW)} if ann else {}

    page = ask(place, ann, form={"a": "x" * 70_000}, headers=headers)

    assert page.status == 413


@pytest.mark.parametrize("place", POSTS, ids=str)
def test_anything_may_be_typed_into_a_form(place: Place) -> None:
    ann = None if place.public else customer()
    for text in (HOSTILE, "\x00", "%ff%fe", "x" * 9_000, "\u202e", "=cmd()", ""):
        given = dict.fromkeys(
            ("email", "code", "pending", "token", "next", "purpose", "channel", "granted",
             "version", "phone", "zone", "first_name", "rendered"), text)  # fmt: skip
        page = ask(place, ann, form=given)

        secured(page)
        assert page.status < 500, text
        assert "<script>alert" not in page.html


def session_of(cookie: str) -> Page:
    return getting_in("GET", "/portal/session", headers={"cookie": cookie})


def test_a_cookie_that_is_not_ours_is_refused() -> None:
    ann = customer()
    cookie = cookie_of(ann)
    name, _, value = cookie.partition("=")
    body, _, tag = value.partition(".")
    without_address = CUSTOMERS.begin(ann.contact_id, NOW).partition(";")[0]
    for forged in (
        f"{name}={value[:-1]}", f"{name}={body}.", f"{name}={body}.{'A' * len(tag)}",
        f"{name}={body[:-2]}AA.{tag}", f"{name}=", f"{name}={'x' * 9_000}.y", f"{name}=..",
        f"crm-customer={value}", f"__Host-crm-staff={value}", without_address,
        cookie_of(ann, "another@example.com"),
    ):  # fmt: skip
        page = session_of(forged)
        assert (page.status, page.location[: len(SIGN_IN)]) == (303, SIGN_IN), forged
    assert session_of(cookie).status == 204


def test_a_customer_s_cookie_opens_no_page_of_the_staff_s() -> None:
    value = cookie_of(customer()).partition("=")[2]

    page = browse("console_home", "GET", "/console",
                  headers={"cookie": f"__Host-crm-staff={value}"})  # fmt: skip

    assert (page.status, page.location) == (303, "/console/sign-in")


def test_an_expired_session_is_over(clock: FakeClock) -> None:
    cookie = cookie_of(customer())
    clock.tick(minutes=60)
    assert session_of(cookie).status == 204
    clock.tick(seconds=1)

    assert session_of(cookie).status == 303


def test_a_customer_who_was_put_away_is_out_at_once() -> None:
    ann = customer()
    cookie = cookie_of(ann)
    delete_contact(ann.contact_id, ann.version, "asha", NOW)

    assert session_of(cookie).status == 303


def test_a_session_ends_with_the_address_it_began_at() -> None:
    ann = customer(emails=[{"address": ANN}, {"address": "ann@work.example"}])
    private, work = cookie_of(ann), cookie_of(ann, "ann@work.example")
    customers.write(Update(contact_key(ann.contact_id), set={"emails": [
        {"address": "ann@work.example", "primary": True}]}))  # fmt: skip

    assert session_of(private).status == 303
    assert session_of(work).status == 204


def test_a_merged_customer_goes_on_as_the_one_they_became() -> None:
    ann, ben = customer(), customer(BEN, first_name="Ben")
    cookie = cookie_of(ann)
    emails = [one.model_dump() for one in [*ben.emails, *ann.emails]]
    alias = {**contact_key(ann.contact_id), "merged_into": ben.contact_id, "merge_id": "m"}
    customers.write(Put(alias), Update(contact_key(ben.contact_id), set={"emails": emails}))

    page = visit("GET", "/portal", headers={"cookie": cookie})

    assert "Ben" in page.one("h1").text
    (renewed,) = page.cookies
    assert ben.contact_id in _body(renewed)


def _body(cookie: str) -> str:
    import base64

    text = cookie.partition("=")[2].partition(".")[0]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


@pytest.mark.parametrize("wanted", [
    "https://evil.example", "//evil.example", "/\\evil.example", "/portal//evil.example/..",
    "/portalevil.example", "javascript:alert(1)", "/portal/\r\nset-cookie: a=b", "/console",
    "/portal/" + "x" * 3_000, " /portal", "/portal/\u043f",
])  # fmt: skip
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    page = getting_in("GET", SIGN_IN, query={"next": wanted})

    assert page.one("input", name="next")["value"] == "/portal"


def test_cookies_are_out_of_reach_of_scripts_and_bound_to_this_host() -> None:
    customer()
    cookie = CUSTOMERS.begin("contact_x", NOW, "mark")

    assert cookie.startswith("__Host-crm-customer=")
    for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert f"; {part}" in cookie
    assert "Domain" not in cookie


def test_nothing_personal_and_no_secret_is_logged(logs: Logs) -> None:
    ann = customer()
    visit("GET", "/portal", ann)
    visit("POST", "/portal/profile/edit", ann, form={"version": "1", "last_name": "Gurung",
                                                      "phone": "12"})  # fmt: skip
    visit("POST", "/portal/profile/email", ann, form={"email": "new@example.com"})

    for secret in (ANN, "Gurung", "new@example.com", cookie_of(ann).partition("=")[2],
                   csrf_token(ann.contact_id, NOW)):  # fmt: skip
        assert secret not in logs.text
