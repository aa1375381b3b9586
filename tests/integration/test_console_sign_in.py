"""Signing in to the pages: with a password, a first one, a code, a forgotten one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.cloud import client, everything
from tests.conftest import FakeClock
from tests.pages import Page, browse
from tests.signing_in import (
    ANOTHER,
    PASSWORD,
    SIGN_IN,
    app_code,
    cookie_of,
    enrolled,
    pool,
    post,
    try_password,
)

pytestmark = pytest.mark.usefixtures("tables")

WRONG = "The address or the password is wrong"


def test_the_right_password_begins_a_session_that_opens_pages() -> None:
    enrolled()

    page = try_password(next="/console/profile?a=1")

    assert (page.status, page.location) == (303, "/console/profile?a=1")
    opened = browse("console_profile", "GET", "/console/profile",
                    headers={"cookie": cookie_of(page)})  # fmt: skip
    assert opened.status == 200
    assert "Asha" in opened.text


@pytest.mark.parametrize("which", ["wrong", "unknown", "disabled", "username", "nonsense"])
def test_every_reason_not_to_let_somebody_in_looks_the_same(which: str) -> None:
    enrolled()
    enrolled("bina")
    client("cognito-idp").admin_disable_user(**pool(), Username="bina")
    try_password("Wrong-password-1", "first@example.com")  # reads the secret
    known = try_password("Wrong-password-1", "asha@example.com")

    page = {
        "wrong": lambda: try_password("Other-password-1", "asha@example.com"),
        "unknown": lambda: try_password(PASSWORD, "nobody@example.com"),
        "disabled": lambda: try_password(PASSWORD, "bina@example.com"),
        "username": lambda: try_password(PASSWORD, "asha"),
        "nonsense": lambda: try_password("", "x" * 10_000),
    }[which]()

    assert page.status == known.status == 422
    assert page.one(role="alert").text == known.one(role="alert").text == WRONG
    assert page.cookies == known.cookies == ()
    if which in ("unknown", "disabled"):
        assert sorted(set(page.calls)) == sorted(set(known.calls))
        assert abs(len(page.calls) - len(known.calls)) <= 1


def test_what_was_typed_is_still_there_but_never_the_password() -> None:
    page = try_password("Secret-password-1", "asha@example.com")

    assert page.one("input", name="email")["value"] == "asha@example.com"
    assert "Secret-password-1" not in page.html


def test_somebody_the_directory_does_not_know_does_not_get_in() -> None:
    enrolled(disabled=True)

    page = try_password()

    assert (page.status, page.cookies) == (422, ())
    assert "not in use" in page.text


def test_five_wrong_tries_make_everybody_wait_even_with_the_right_password(
    clock: FakeClock,
) -> None:
    enrolled()
    for _ in range(5):
        assert try_password("Wrong-password-1").status == 422

    assert try_password().status == 429
    clock.tick(seconds=29)
    assert try_password().status == 429
    clock.tick(seconds=2)
    assert try_password().status == 303
    # Signing in forgets the tries.
    assert [try_password("Wrong-password-1").status for _ in range(5)] == [422] * 5


def test_waits_grow_up_to_a_quarter_of_an_hour_and_are_forgotten_after_half_an_hour(
    clock: FakeClock,
) -> None:
    waits = []
    for _ in range(5):
        try_password("Wrong-password-1")
    for _ in range(7):
        waited = 0
        while try_password("Wrong-password-1").status == 429:
            clock.tick(seconds=30)
            waited += 30
        waits.append(waited)
    assert waits == [30, 60, 120, 240, 480, 900, 900]

    clock.tick(minutes=31)
    assert [try_password("Wrong-password-1").status for _ in range(5)] == [422] * 5


def test_unknown_people_are_slowed_down_alike() -> None:
    statuses = [try_password(email="nobody@example.com").status for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_capitals_and_spaces_do_not_make_new_tries() -> None:
    spellings = ["asha@example.com", "ASHA@example.com", " asha@example.com ", "Asha@Example.com"]

    statuses = [try_password("x", spellings[number % 4]).status for number in range(6)]

    assert statuses == [422] * 5 + [429]


@pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True)
def test_guesses_at_the_same_time_are_counted_one_by_one() -> None:
    enrolled()
    pool()

    with ThreadPoolExecutor(8) as guessers:
        pages = list(guessers.map(lambda _: _guess(), range(24)))

    asked = [page for page in pages if page == 422]
    assert len(asked) <= 5
    assert set(pages) == {422, 429}


def _guess() -> int:
    from shared.console.sign_in import with_password
    from shared.kernel.errors import CrmError
    from tests.fake_clock import NOW

    try:
        with_password("asha@example.com", "Wrong-password-1", "203.0.113.9", NOW)
    except CrmError as error:
        return error.status
    return 303


def test_one_network_gets_fifty_wrong_tries_and_others_none_less(clock: FakeClock) -> None:
    enrolled()
    for number in range(50):
        assert try_password("x", f"p{number}@example.com").status == 422

    assert try_password().status == 429
    assert try_password(network="198.51.100.1").status == 303


def test_an_office_signing_in_is_not_a_guesser() -> None:
    for number in range(3):
        enrolled(f"person{number}")
    for number in range(49):
        try_password("x", f"p{number}@example.com")

    statuses = [try_password(email=f"person{number}@example.com").status for number in range(3)]

    assert statuses == [303] * 3


def test_nothing_stored_names_who_tried(logs: Any) -> None:
    enrolled()

    try_password("Wrong-password-1")

    tried = [item for item in everything() if item["pk"].startswith("SIGN_IN#")]
    assert len(tried) == 2
    assert "asha" not in repr(tried)
    assert "203.0.113" not in repr(tried)
    assert all(item["expires_at"] for item in tried)
    assert "asha@" not in logs.text
    assert "Wrong-password" not in logs.text


def test_an_invited_person_chooses_a_password_and_is_in() -> None:
    enrolled(temporary=True)

    page = try_password(next="/console/profile")

    assert (page.status, page.cookies) == (200, ())
    assert page.one("h1").text == "Choose your password"
    rules = page.one("ul", id="password-rules").text
    assert "12 characters" in rules
    pending = page.one("input", name="pending")["value"]
    weak = new_password(pending, "short")
    assert weak.status == 422
    assert "12 characters" in weak.one(id="e-new_password").text
    assert weak.one("input", name="pending")["value"] == pending
    done = new_password(pending, ANOTHER, next="/console/profile")
    assert (done.status, done.location) == (303, "/console/profile")
    assert cookie_of(done)
    assert try_password(ANOTHER).status == 303
    assert try_password(PASSWORD).status == 422


def test_the_first_password_has_to_be_chosen_within_a_quarter_of_an_hour(clock: FakeClock) -> None:
    enrolled(temporary=True)
    pending = try_password().one("input", name="pending")["value"]
    clock.tick(minutes=16)

    page = new_password(pending, ANOTHER)

    assert (page.status, page.one("h1").text) == (422, "Sign in")
    assert "too long" in page.one(role="alert").text


@pytest.mark.parametrize("change", [lambda text: text[:-2] + "AA", lambda _: "", lambda _: "a.b"])
def test_nobody_makes_up_that_they_were_asked_for_a_password(change: Any) -> None:
    enrolled(temporary=True)
    pending = try_password().one("input", name="pending")["value"]

    page = new_password(change(pending), ANOTHER)

    assert (page.status, cookie_of(page)) == (422, "")
    assert page.one("h1").text == "Sign in"


def new_password(pending: str, password: str, **form: str) -> Page:
    given = {"pending": pending, "new_password": password, **form}
    return post(f"{SIGN_IN}/new-password", given)


def with_app(monkeypatch: pytest.MonkeyPatch, name: str = "asha") -> None:
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP", "true")
    enrolled(name)
    cognito = client("cognito-idp")
    asked = cognito.admin_initiate_auth(
        **pool(),
        ClientId=_client_id(),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )
    token = asked["AuthenticationResult"]["AccessToken"]
    cognito.verify_software_token(AccessToken=token, UserCode=app_code())
    cognito.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )


def _client_id() -> str:
    from shared.platform.settings import settings

    return settings().need("staff_client_id")


def test_with_an_app_the_password_alone_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with_app(monkeypatch)

    page = try_password(next="/console/leads")
    pending = page.one("input", name="pending")["value"]

    assert (page.status, cookie_of(page)) == (200, "")
    assert page.one("input", name="code")["autocomplete"] == "one-time-code"
    wrong = code(pending, "000000")
    assert (wrong.status, cookie_of(wrong)) == (422, "")
    assert "not right" in wrong.text
    assert code(pending, "nonsense").status == 422
    right = code(pending, f"{app_code()[:3]} {app_code()[3:]}", next="/console/leads")
    assert (right.status, right.location) == (303, "/console/leads")
    assert cookie_of(right)


def test_guessing_codes_is_slowed_down_and_starting_over_does_not_help(
    monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    with_app(monkeypatch)
    pending = try_password().one("input", name="pending")["value"]
    for _ in range(3):
        assert code(pending, "000000").status == 422
    assert try_password().status == 200

    assert code(pending, app_code()).status == 429
    assert try_password().status == 429
    clock.tick(seconds=31)
    assert code(pending, app_code()).status == 303


def code(pending: str, said: str, **form: str) -> Page:
    return post(f"{SIGN_IN}/code", {"pending": pending, "code": said, **form})


def forgotten(email: str) -> Page:
    return post(f"{SIGN_IN}/forgotten", {"email": email})


def reset(email: str, said: str, password: str) -> Page:
    return post(f"{SIGN_IN}/reset", {"email": email, "code": said, "new_password": password})


def test_a_forgotten_password_is_set_anew_and_old_sessions_end(clock: FakeClock) -> None:
    enrolled()
    cookie = {"cookie": cookie_of(try_password())}
    clock.tick(seconds=10)

    asked = forgotten("asha@example.com")

    assert asked.status == 200
    assert asked.one("input", name="email")["value"] == "asha@example.com"
    done = reset("asha@example.com", "123456", ANOTHER)
    assert (done.status, done.location) == (303, SIGN_IN)
    assert "Sign in with it" in done.toast
    old = browse("console_profile", "GET", "/console/profile", headers=cookie)
    assert old.location.startswith(SIGN_IN)
    clock.tick(seconds=1)
    assert try_password(ANOTHER).status == 303


@pytest.mark.parametrize("email", ["nobody@example.com", "asha", "", "x" * 5_000 + "@example.com"])
def test_asking_for_a_code_tells_nobody_who_is_here(email: str) -> None:
    enrolled()
    forgotten("first@example.com")  # reads the secret
    known = forgotten("asha@example.com")

    page = forgotten(email)

    assert page.status == known.status == 200
    assert page.text.replace(email, "") == known.text.replace("asha@example.com", "")
    if "@" in email:
        assert page.calls == known.calls


def test_a_wrong_code_and_an_unknown_person_get_the_same_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enrolled()

    known = reset("asha@example.com", "12", ANOTHER)
    unknown = reset("nobody@example.com", "123456", ANOTHER)

    assert known.status == unknown.status == 422
    assert known.one(id="e-code").text == unknown.one(id="e-code").text
    weak = [reset(one, "123456", "weak") for one in ("asha@example.com", "nobody@example.com")]
    assert {page.status for page in weak} == {422}
    assert len({page.one(id="e-new_password").text for page in weak}) == 1


def test_codes_are_neither_sent_nor_guessed_without_end() -> None:
    assert [forgotten("asha@example.com").status for _ in range(6)] == [200] * 5 + [429]
    assert reset("asha@example.com", "123456", ANOTHER).status == 429


def test_signing_in_again_over_a_page_keeps_the_page() -> None:
    from shared.pages.session import csrf_token
    from tests.fake_clock import NOW

    enrolled()
    enrolled("bina")

    def again(email: str) -> Page:
        form = {"email": email, "password": PASSWORD, "again": "yes"}
        token = csrf_token("asha", NOW)
        return post(SIGN_IN, form, headers={"x-csrf-token": token}, htmx=True)

    mine, another = again("asha@example.com"), again("bina@example.com")

    assert (mine.status, mine.headers["hx-trigger"]) == (204, "signed-in")
    assert cookie_of(mine)
    # What asha typed is not bina's to send.
    assert (another.status, another.headers["hx-redirect"]) == (204, "/console")


def test_the_dialog_asks_for_the_code_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with_app(monkeypatch)
    form = {"email": "asha@example.com", "password": PASSWORD, "again": "yes"}

    page = post(SIGN_IN, form, htmx=True)

    assert page.one("form")["hx-post"] == f"{SIGN_IN}/code"
    assert "<html" not in page.html
    sent = {"pending": page.one("input", name="pending")["value"], "again": "yes"}
    assert post(f"{SIGN_IN}/code", {**sent, "code": app_code()}, htmx=True).status == 204


def test_signing_out_ends_the_session_in_this_browser() -> None:
    enrolled()

    page = browse("console_sign_in", "POST", "/console/sign-out", who=("asha", ["rep"]))

    assert (page.status, page.location) == (303, SIGN_IN)
    assert [one for one in page.cookies if one.startswith("__Host-crm-staff=;")]


def test_a_session_lasts_an_hour_after_the_last_request_and_twelve_in_all(
    clock: FakeClock,
) -> None:
    enrolled()
    cookie = cookie_of(try_password())
    began = clock()

    while clock() - began < timedelta(hours=11, minutes=50):
        clock.tick(minutes=50)
        page = browse("console_sign_in", "GET", "/console/session", headers={"cookie": cookie})
        if page.status != 204:
            break
        cookie = cookie_of(page) or cookie
    assert clock() - began > timedelta(hours=11)
    clock.tick(minutes=61)
    page = browse("console_sign_in", "GET", "/console/session", headers={"cookie": cookie})
    assert (page.status, page.location) == (303, f"{SIGN_IN}?next=%2Fconsole%2Fsession")
