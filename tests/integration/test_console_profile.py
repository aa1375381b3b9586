"""The profile: who I am here, and how I change my own sign-in."""

from typing import Any

import pytest

from shared.console.session import setup_cookie
from shared.pages.session import csrf_token
from tests.conftest import NOW, FakeClock
from tests.pages import HOSTILE, Page, Who, browse
from tests.signing_in import ANOTHER, PASSWORD, app_code, cookie_of, enrolled, try_password

PROFILE = "/console/profile"
ASHA: Who = ("asha", ["rep"])


@pytest.fixture(autouse=True)
def asha(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP", "true")
    enrolled(territories=("np",))


def get(path: str = "") -> Page:
    return browse("console_profile", "GET", PROFILE + path, who=ASHA)


def post(path: str, cookie: str = "", **form: str) -> Page:
    headers = {"cookie": cookie} if cookie else {}
    return browse("console_profile", "POST", PROFILE + path, who=ASHA, form=form, headers=headers)


def alive(cookie: str) -> bool:
    page = browse("console_sign_in", "GET", "/console/session", headers={"cookie": cookie})
    return page.status == 204


def with_app() -> None:
    page = post("/authenticator", password=PASSWORD)
    kept = page.one("input", name="kept")["value"]
    done = post("/authenticator/verify", cookie_of(page, "__Host-crm-setup"), kept=kept,
                code=app_code())  # fmt: skip
    assert (done.status, done.location) == (303, PROFILE)


def test_it_shows_who_i_am_and_when_i_work() -> None:
    page = get()

    assert page.status == 200
    for said in ("Asha", "asha@example.com", "Rep", "np", "10:00\u201317:00", "Asia/Kathmandu"):
        assert said in page.text
    assert len(page.dynamodb_calls) == 1


def test_a_hostile_name_is_text() -> None:
    enrolled("eve", name=HOSTILE)

    page = browse("console_profile", "GET", PROFILE, who=("eve", ["rep"]))

    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script>" in page.text


def test_a_new_password_needs_the_present_one_and_ends_other_sessions(clock: FakeClock) -> None:
    elsewhere = cookie_of(try_password())
    clock.tick(seconds=5)

    assert post("/password", password="wrong", new_password=ANOTHER).one(id="e-password")
    weak = post("/password", password=PASSWORD, new_password="weak")
    assert (weak.status, "12 characters" in weak.one(id="e-new_password").text) == (422, True)
    assert alive(elsewhere)
    done = post("/password", password=PASSWORD, new_password=ANOTHER)

    assert (done.status, done.location) == (303, PROFILE)
    assert alive(cookie_of(done))
    assert not alive(elsewhere)
    clock.tick(seconds=1)
    assert try_password(ANOTHER).status == 303


def test_guessing_the_present_password_is_slowed_down() -> None:
    guesses = [post("/password", password="wrong", new_password=ANOTHER) for _ in range(6)]

    assert [page.status for page in guesses] == [422] * 5 + [429]


def test_an_app_is_set_up_once_it_showed_a_code() -> None:
    page = post("/authenticator", password=PASSWORD)
    cookie = cookie_of(page, "__Host-crm-setup")
    kept = page.one("input", name="kept")["value"]

    assert page.one("path")["d"]
    assert page.one("svg", class_="qr")["role"] == "img"
    assert cookie.partition("=")[2] not in page.html
    wrong = post("/authenticator/verify", cookie, kept=kept, code="000000")
    assert (wrong.status, wrong.one("code", class_="secret").text) == (
        422, page.one("code", class_="secret").text,
    )  # fmt: skip
    assert try_password().status == 303
    done = post("/authenticator/verify", cookie, kept=kept, code=app_code())
    assert "set up" in done.toast
    assert try_password().status == 200
    assert "On" in get().text


@pytest.mark.parametrize("cookie", ["", "__Host-crm-setup=x.y", "another"])
def test_an_app_is_set_up_by_the_person_who_began_only(cookie: str) -> None:
    kept = post("/authenticator", password=PASSWORD).one("input", name="kept")["value"]
    if cookie == "another":
        cookie = setup_cookie("token", "bina").partition(";")[0]

    page = post("/authenticator/verify", cookie, kept=kept, code=app_code())

    assert (page.status, page.location) == (303, f"{PROFILE}/authenticator")
    assert "too long" in page.toast


def test_who_has_an_app_shows_a_code_to_change_anything() -> None:
    with_app()

    assert get("/password").one("input", name="code")
    for form in ({}, {"code": "000000"}):
        refused = post("/authenticator/remove", password=PASSWORD, **form)
        assert (refused.status, bool(refused.one(id="e-code"))) == (422, True)
    assert "removed" in post("/authenticator/remove", password=PASSWORD, code=app_code()).toast
    assert try_password().status == 303


def test_signing_out_everywhere_ends_every_session(clock: FakeClock) -> None:
    here, elsewhere = cookie_of(try_password()), cookie_of(try_password())
    clock.tick(seconds=5)

    page = browse("console_profile", "POST", f"{PROFILE}/sign-out-everywhere",
                  form={"csrf": csrf_token("asha", NOW)},
                  headers={"cookie": here})  # fmt: skip

    assert page.location == "/console/sign-in"
    assert not alive(here)
    assert not alive(elsewhere)
    clock.tick(seconds=1)
    assert alive(cookie_of(try_password()))


def test_cognito_being_away_is_said_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.kernel.errors import Busy

    def away(*_: Any) -> Any:
        raise Busy("busy", "Signing in does not work at the moment. Try again in a minute")

    monkeypatch.setattr("shared.platform.staff_pool.change_password", away)

    page = post("/password", password=PASSWORD, new_password=ANOTHER)

    assert page.status == 503
    assert "Try again" in page.one(role="alert").text
