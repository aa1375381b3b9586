"""A customer asks in the portal, an agent answers from the queue, and the customer closes it: in
browsers on the deployed stack."""

from typing import Any, Final
from uuid import uuid4

import pytest

from .pages import signed_in, visiting
from .seen import looked_at
from .stack import Stack
from .test_portal import customer, sign_in

pytestmark = pytest.mark.journey

PNG: Final = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def test_a_question_is_asked_answered_and_settled(stack: Stack, browser: Any) -> None:
    asks, subject = customer(stack), f"Pump {uuid4().hex[:8]} drips"
    with visiting(browser, stack) as theirs, visiting(browser, stack) as ours:
        page = theirs.page
        sign_in(stack, theirs, asks.email, "/portal/tickets")
        page.get_by_role("button", name="New request").click()
        page.get_by_label("In a few words").fill(subject)
        page.get_by_label("What happened").fill("It drips since Monday.")
        picture = {"name": "pump.png", "mimeType": "image/png", "buffer": PNG}
        page.set_input_files("[data-attach-pick]", picture)
        page.wait_for_selector("[data-attached] input[name=attachments]", state="attached")
        assert looked_at(theirs) == []
        page.get_by_role("button", name="Send").click()
        page.locator("h1", has_text=subject).wait_for()
        assert looked_at(theirs) == []

        desk = signed_in(ours, "agent").page
        desk.goto("/console/tickets")
        stack.eventually(lambda: _listed(desk, subject))
        assert looked_at(ours) == []
        desk.get_by_role("link", name=subject).click()
        desk.locator(".turn.of-them", has_text="It drips since Monday").wait_for()
        with desk.expect_download() as kept:
            desk.get_by_role("link", name="pump.png").click()
        assert kept.value.suggested_filename == "pump.png"
        desk.get_by_role("button", name="Take it").click()
        desk.locator(".toast", has_text="Given away").wait_for()
        desk.get_by_label("Note among staff").check()
        desk.fill("#f-body", "Looks like the seal.")
        desk.get_by_role("button", name="Add note").click()
        desk.locator(".turn.note", has_text="Looks like the seal").wait_for()
        desk.locator("#customer", has_text="Sunita").wait_for()
        desk.locator("#timeline").wait_for()
        assert looked_at(ours) == []
        desk.fill("#f-body", "Is it the small pump?")
        desk.select_option("#f-then", "pending")
        desk.get_by_role("button", name="Send answer").click()
        desk.locator(".turn.of-us", has_text="Is it the small pump?").wait_for()
        desk.locator(".page-head", has_text="Pending").wait_for()

        page.reload()
        page.locator(".turn.of-them", has_text="Is it the small pump?").wait_for()
        assert "seal" not in page.content() and "Waiting for you" in page.inner_text("main")
        page.get_by_label("Your answer").fill("Never mind, it stopped.")
        page.get_by_role("button", name="Send").click()
        page.locator(".turn.of-us", has_text="Never mind").wait_for()
        page.get_by_role("button", name="Close", exact=True).click()
        page.get_by_role("button", name="Close it").click()
        page.locator(".toast", has_text="Closed").wait_for()
        page.get_by_role("link", name="Support").first.click()
        page.locator(".requests li", has_text=subject).locator(
            ".badge", has_text="Closed"
        ).wait_for()
        assert looked_at(theirs) == []

        desk.reload()
        desk.locator(".page-head", has_text="Closed").wait_for()
        assert (theirs.wrong, ours.wrong) == ([], [])


def _listed(page: Any, subject: str) -> bool:
    """Whether the queue shows the ticket, a moment later than it was opened."""
    page.reload()
    return bool(page.get_by_role("link", name=subject).count())
