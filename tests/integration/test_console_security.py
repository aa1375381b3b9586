"""What no page may let through, tried on every page there is: found in the handlers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.console.session import STAFF, setup_cookie
from shared.directory.repository import directory, staff_attributes
from shared.directory.sessions import end_sessions
from shared.pages.cookies import flash_cookie
from shared.pages.entry import HEADERS
from shared.pages.session import csrf_token
from shared.platform.auth import ADMIN, ROLES
from shared.platform.requests import Put
from shared.platform.settings import settings
from tests.calls import http
from tests.conftest import NOW, FakeClock, Logs
from tests.page_routes import ROOT, Place, places
from tests.pages import HOSTILE, Page, browse
from tests.signing_in import PASSWORD, SIGN_IN, cookie_of, enrolled, pool, try_password
from tests.staffing import employed, person

pytestmark = pytest.mark.usefixtures("tables")


class _Anything(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return "some"


ELSEWHERE: Final = {"origin": "https://evil.example"}


PLACES: Final = [replace(one, path=one.path.format_map(_Anything())) for one in places()]
CLOSED: Final = [place for place in PLACES if not place.public]
POSTS: Final = [place for place in PLACES if place.method == "POST"]
CLOSED_POSTS: Final = [place for place in POSTS if not place.public]


def role_for(place: Place) -> str:
    return place.roles[0] if place.roles else "rep"


def visit(place: Place, **more: Any) -> Page:
    return browse(place.function, place.method, place.path, **more)


BUCKET: Final = " https://crm-test-files.s3.eu-central-1.amazonaws.com"
"""Where a page that sends files may send them, beside home."""


def secured(page: Page) -> None:
    """The headers every answer carries."""
    for name, value in HEADERS.items():
        sent = page.headers[name].replace(BUCKET, "")
        assert sent == value or (name == "cache-control" and value in sent)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_there_are_pages() -> None:
    assert len(CLOSED) > 20
    assert len({place.function for place in PLACES}) == len(
        list((ROOT / "functions").glob("console_*/handler.py"))
    )


@pytest.mark.parametrize("place", CLOSED, ids=str)
def test_nobody_gets_in_without_a_session(place: Place) -> None:
    page = visit(place)

    secured(page)
    if place.method == "GET":
        assert page.status == 303
        assert page.location.startswith(SIGN_IN)
    else:
        assert page.status == 401
        assert page.headers["hx-trigger"] == "session-ended"


@pytest.mark.parametrize("place", [one for one in CLOSED if one.roles], ids=str)
def test_a_role_too_low_is_refused(place: Place) -> None:
    for role in sorted({*ROLES, "none"} - {ADMIN, *place.roles}):
        page = visit(place, who=("someone", [role] if role in ROLES else []))

        secured(page)
        assert page.status == 403, role
        assert "role_missing" in page.text


def cases(places: list[Place], ways: int) -> list[tuple[Place, int]]:
    """Every way on the first page, and one on each other, in turns."""
    first, *others = places
    return [(first, way) for way in range(ways)] + [
        (one, at % ways) for at, one in enumerate(others)
    ]


@pytest.mark.parametrize(("place", "way"), cases(POSTS, 6), ids=str)
def test_a_form_of_another_site_is_refused(place: Place, way: int) -> None:
    foreign = (
        ELSEWHERE,
        {"origin": "null"},
        {"origin": "https://crm.example.com.evil.example"},
        {"origin": "http://crm.example.com"},
        {"origin": "", "sec-fetch-site": "cross-site"},
        {"origin": ""},
    )[way]
    who = None if place.public else ("someone", [role_for(place)])

    page = visit(place, who=who, headers=foreign)

    secured(page)
    assert page.status == 403
    assert "origin_foreign" in page.text


@pytest.mark.parametrize(("place", "way"), cases(CLOSED_POSTS, 5), ids=str)
def test_a_form_without_the_person_s_own_token_is_refused(place: Place, way: int) -> None:
    who = ("someone", [role_for(place)])
    another = csrf_token("another", NOW)
    old = csrf_token("someone", NOW - timedelta(days=2))
    token = ("", "0" * 32, another, old, "ä")[way]

    page = visit(place, who=who, csrf=False, form={"csrf": token} if token else {})

    assert page.status == 403
    assert "csrf_invalid" in page.text


@pytest.mark.parametrize("place", [one for one in PLACES if one.method == "GET"], ids=str)
def test_every_page_is_secured_and_none_fails(place: Place) -> None:
    pool()
    who = None if place.public else ("someone", [role_for(place)])

    page = visit(place, who=who, headers={"cookie": "crm-flash=x; crm-theme=x"})

    secured(page)
    assert page.status < 500


def test_an_address_without_a_page_is_a_page_that_says_so() -> None:
    page = browse("console_profile", "GET", "/console/profile/nothing", who=("asha", ["rep"]))

    secured(page)
    assert page.status == 404
    assert page.one("main")


def test_a_page_of_elsewhere_is_not_signed_in_to_by_a_foreign_cookie() -> None:
    employed("asha", ["rep"])
    cookie = STAFF.begin("asha", NOW).partition(";")[0]
    name, _, value = cookie.partition("=")
    body, _, tag = value.partition(".")
    forged = [
        f"{name}={value[:-1]}",
        f"{name}={body}.",
        f"{name}={body}.{'A' * len(tag)}",
        f"{name}={body[:-2]}AA.{tag}",
        f"{name}=",
        f"{name}={'x' * 9_000}.y",
        f"{name}=..",
        f"crm-staff={value}",
        flash_cookie("x").partition(";")[0].replace("crm-flash", name),
        f"{name}=\u00e4.\u00e4",
    ]

    for one in forged:
        page = browse("console_sign_in", "GET", "/console/session", headers={"cookie": one})
        assert (page.status, page.location[: len(SIGN_IN)]) == (303, SIGN_IN), one
    kept = browse("console_sign_in", "GET", "/console/session", headers={"cookie": cookie})
    assert kept.status == 204


def session_of(name: str) -> Page:
    """Ask with the session this person began at `NOW`."""
    cookie = STAFF.begin(name, NOW).partition(";")[0]
    return browse("console_sign_in", "GET", "/console/session", headers={"cookie": cookie})


def test_an_expired_session_is_over(clock: FakeClock) -> None:
    employed("asha", ["rep"])
    clock.tick(minutes=60)
    assert session_of("asha").status == 204

    clock.tick(seconds=1)

    assert session_of("asha").status == 303


def test_a_stolen_cookie_is_of_no_use_after_signing_out_everywhere(clock: FakeClock) -> None:
    employed("asha", ["rep"])
    clock.tick(seconds=5)

    end_sessions("asha", clock(), clock(), by="asha")

    assert session_of("asha").status == 303
    clock.tick(seconds=1)
    again = STAFF.begin("asha", clock()).partition(";")[0]
    page = browse("console_sign_in", "GET", "/console/session", headers={"cookie": again})
    assert page.status == 204


def test_a_disabled_person_s_cookie_and_one_of_nobody_are_refused() -> None:
    employed("asha", ["rep"])
    assert session_of("asha").status == 204

    directory.write(Put(staff_attributes(person("asha", disabled=True))))

    assert session_of("asha").status == 303
    assert session_of("nobody").status == 303


def test_a_role_too_low_is_refused_by_the_page_and_by_the_api_alike() -> None:
    who = ("olga", ["analyst"])
    form = {"to": "working", "version": "1"}
    page = browse("console_leads", "POST", "/console/leads/some/move", who=who, form=form)
    api = http("lead_update", "POST", "/v1/leads/some/transitions", staff=who, body=form)

    assert page.status == api.status == 403
    assert api.code == "role_missing"
    assert api.code in page.text


FOREIGN_PLACES: Final = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/console//evil.example/..",
    "/console\\..\\evil",
    "/consoleevil.example",
    "javascript:alert(1)",
    "/console/\r\nset-cookie: a=b",
    "/console/" + "x" * 3_000,
    " /console",
    "/console/\u043f",
    "/v1/leads",
)


@pytest.mark.parametrize("wanted", FOREIGN_PLACES)
def test_signing_in_leads_nowhere_else(wanted: str) -> None:
    enrolled()

    page = try_password(next=wanted)
    asked = browse("console_sign_in", "GET", SIGN_IN, query={"next": wanted})

    assert (page.status, page.location) == (303, "/console")
    assert asked.one("input", name="next")["value"] == "/console"


def test_a_message_in_a_cookie_is_ours_or_none() -> None:
    ours = flash_cookie(HOSTILE).partition(";")[0]
    for cookie, shown in ((ours, True), (f"crm-flash={HOSTILE}", False), ("crm-flash=a.b", False)):
        page = browse("console_sign_in", "GET", SIGN_IN, headers={"cookie": cookie})

        assert "<script>alert" not in page.html
        assert page.one(class_="toasts").text == (" ".join(HOSTILE.split()) if shown else "")


@pytest.mark.parametrize("place", POSTS, ids=str)
def test_an_oversize_body_is_refused(place: Place) -> None:
    who = None if place.public else ("someone", [role_for(place)])
    now_token = csrf_token("someone", NOW)

    page = visit(place, who=who, form={"a": "x" * 70_000}, headers={"x-csrf-token": now_token})

    secured(page)
    assert page.status == 413


@pytest.mark.parametrize("place", [one for one in POSTS if one.public], ids=str)
def test_anything_may_be_sent_to_a_public_form(place: Place) -> None:
    enrolled()
    for body in ("%ff%fe=%00&email=%ff", "&&==&;", "email=a&email=b%0d%0a", "x" * 60_000):
        headers = {"content-type": "application/x-www-form-urlencoded"}
        page = visit(place, form={"raw": body, "email": HOSTILE, "code": HOSTILE}, headers=headers)

        secured(page)
        assert page.status < 500
        assert "<script>alert" not in page.html


def cookies_of(base_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CRM_PUBLIC_BASE_URL", base_url)
    settings.cache_clear()
    cookies = [
        STAFF.begin("asha", NOW),
        STAFF.end(),
        flash_cookie("Saved"),
        setup_cookie("token", "asha"),
    ]
    settings.cache_clear()
    return cookies


def test_cookies_are_out_of_reach_of_scripts_other_sites_and_plain_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over_tls = cookies_of("https://crm.example.com", monkeypatch)
    here = cookies_of("http://127.0.0.1:8080", monkeypatch)

    for cookie in (*over_tls, *here):
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie
        assert "; Path=/;" in cookie
        assert "Domain" not in cookie
    assert all(cookie.endswith("; Secure") for cookie in over_tls)
    assert not any("Secure" in cookie for cookie in here)
    assert [one.partition("=")[0] for one in over_tls if "flash" not in one] == [
        "__Host-crm-staff",
        "__Host-crm-staff",
        "__Host-crm-setup",
    ]
    assert here[0].startswith("crm-staff=")


def test_nothing_personal_and_no_secret_is_logged(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled()
    session = cookie_of(try_password(next="/console/leads?q=Gurung"))
    try_password("Wrong-password-1")
    browse("console_leads", "GET", "/console/leads", query={"q": "Gurung"},
           headers={"cookie": session})  # fmt: skip
    visit(CLOSED_POSTS[0], headers={"cookie": session, **ELSEWHERE}, form={"name": "Gurung"})

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("asha@example.com has Gurung")

    monkeypatch.setattr("shared.platform.staff_pool.has_authenticator", broken)
    page = browse("console_profile", "GET", "/console/profile", headers={"cookie": session})

    assert page.status == 500
    secured(page)
    assert "Gurung" not in page.html
    assert logs.text
    value = session.partition("=")[2]
    for secret in (value, PASSWORD, "Wrong-password-1", "asha@example.com", "Gurung",
                   csrf_token("asha", NOW)):  # fmt: skip
        assert secret not in logs.text
