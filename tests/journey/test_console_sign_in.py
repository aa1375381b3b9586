"""Getting in, in a real browser: invited, with an authenticator app, with a forgotten password."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pyotp
import pytest

from .company import KATHMANDU_WEEK
from .pages import Visitor, sign_in, visiting
from .stack import Stack

pytestmark = pytest.mark.journey

FIRST, SECOND = "Pokhara-2026-lake", "Bhaktapur-2027-pots"


@pytest.fixture(scope="module")
def visitor(stack: Stack, browser: Any) -> Iterator[Visitor]:
    with visiting(browser, stack) as one:
        yield one


@pytest.fixture(scope="module")
def email(stack: Stack, visitor: Visitor) -> str:
    """Somebody who was invited, and chose the password `FIRST`."""
    staff_id = f"newcomer-{uuid4().hex[:8]}"
    address = f"{staff_id}@example.com"
    person = {
        "staff_id": staff_id,
        "name": "Nima Newcomer",
        "email": address,
        "roles": ["rep"],
        "working_hours": KATHMANDU_WEEK,
    }
    made = stack.call("POST", "/v1/staff", person, who="admin")
    assert made.status == 201, made.text
    invitation = stack.eventually(lambda: stack.mail(address))[0]
    said = re.search(r"<b>(\S+)</b>", invitation.html)
    assert said, invitation

    page = visitor.page
    sign_in(visitor, address, unescape(said.group(1)))
    page.wait_for_selector("text=Choose your password")
    page.fill("#f-new_password", "too short")
    page.click("main button[type=submit]")
    page.wait_for_selector("#e-new_password")
    page.fill("#f-new_password", FIRST)
    page.click("main button[type=submit]")
    page.wait_for_selector("body.app")
    return address


def sign_out(visitor: Visitor) -> None:
    visitor.page.goto("/console/profile")
    visitor.page.click('form[action="/console/sign-out"] button')
    visitor.page.wait_for_url("**/console/sign-in")


def wrong_code(app: pyotp.TOTP) -> str:
    return "000000" if app.now() != "000000" else "111111"


def test_an_authenticator_app_is_set_up_asked_for_and_removed(visitor: Visitor, email: str) -> None:
    page = visitor.page
    page.goto("/console/profile")
    page.click("text=Set it up")
    page.fill("#f-password", FIRST)
    page.click("text=Go on")
    page.wait_for_selector(".qr path")
    app = pyotp.TOTP(page.inner_text(".secret").replace(" ", ""))
    page.fill("#f-code", wrong_code(app))
    page.click("main button[type=submit]")
    page.wait_for_selector("#e-code")
    page.fill("#f-code", app.now())
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Your authenticator app is set up")

    sign_out(visitor)
    sign_in(visitor, email, FIRST)
    page.wait_for_selector("text=One more step")
    page.fill("#f-code", wrong_code(app))
    page.click("main button[type=submit]")
    page.wait_for_selector("#e-code")
    page.fill("#f-code", app.now())
    page.click("main button[type=submit]")
    page.wait_for_selector("body.app")

    page.goto("/console/profile/authenticator")
    page.fill("#f-password", FIRST)
    page.fill("#f-code", app.now())
    page.click("text=Remove the app")
    page.wait_for_selector("text=Your authenticator app is removed")
    sign_out(visitor)
    sign_in(visitor, email, FIRST)
    page.wait_for_selector("body.app")


def test_a_forgotten_password_is_set_anew_with_the_mailed_code(
    stack: Stack, visitor: Visitor, email: str
) -> None:
    page = visitor.page
    sign_out(visitor)
    before = len(stack.mail(email))
    page.click("text=Forgot your password?")
    page.fill("#f-email", email)
    page.click("main button[type=submit]")
    page.wait_for_selector("text=a code is on its way")
    mail = stack.eventually(lambda: stack.mail(email)[before:])[-1]
    assert "set a new password" in mail.text
    page.fill("#f-code", "000000")
    page.fill("#f-new_password", SECOND)
    page.click("main button[type=submit]")
    page.wait_for_selector("#e-code")
    code = re.search(r"\d{6}", mail.text)
    assert code
    page.fill("#f-code", code.group())
    page.fill("#f-new_password", SECOND)
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Your password is changed")

    sign_in(visitor, email, FIRST)
    page.wait_for_selector("[role=alert]")
    sign_in(visitor, email, SECOND)
    page.wait_for_selector("body.app")


def test_signing_out_everywhere_ends_the_sessions_of_other_browsers(
    stack: Stack, visitor: Visitor, email: str
) -> None:
    with visiting(visitor.page.context.browser, stack) as another:
        sign_in(another, email, SECOND)
        another.page.wait_for_selector("body.app")

        visitor.page.goto("/console/profile")
        visitor.page.click("text=Sign out everywhere")
        visitor.page.wait_for_selector("text=You are signed out everywhere")

        another.page.goto("/console/leads")
        assert "/console/sign-in?next=" in another.page.url
        sign_in(another, email, SECOND)
        another.page.wait_for_url("**/console/leads")
        assert another.wrong == []
    assert visitor.wrong == []
