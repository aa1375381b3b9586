"""What lets leads in, through the pages: quarantine (row S3), scoring rules (M12, X3), forms, and
the reports of it all."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from .company import address
from .pages import Visitor, signed_in, visiting
from .stack import Stack

pytestmark = pytest.mark.journey

PATIENCE_MS = 60_000


@pytest.fixture
def nabin(browser: Any, stack: Stack) -> Iterator[Visitor]:
    """A marketer; nothing may go wrong in the browser meanwhile."""
    with visiting(browser, stack) as visitor:
        yield signed_in(visitor, "nabin")
        assert visitor.wrong == []


def leads_with(stack: Stack, email: str) -> list[dict[str, Any]]:
    states = ("new", "assigned")
    found = [
        one
        for state in states
        for one in stack.get(f"/v1/leads?state={state}&text={email}", who="rep").json["items"]
    ]
    return list({one["lead_id"]: one for one in found}.values())


def test_a_robots_post_is_held_and_becomes_one_lead_when_released(
    stack: Stack, nabin: Visitor
) -> None:
    email, page = address(), nabin.page
    form = {"email": email, "first_name": "<b>Robot</b>", "website": "https://spam.example"}
    sent = stack.call("POST", "/v1/forms/contact/submissions", form=form)
    assert sent.status == 303
    assert leads_with(stack, email) == []

    page.click(".menu >> text=Quarantine")
    page.click(f"text={email}")
    page.wait_for_selector("#f-reason")
    assert "Filled in the hidden field" in page.inner_text("main")
    assert "<b>Robot</b>" in page.inner_text("main")
    page.fill("#f-reason", "A customer: they called")
    page.click("text=Release as a lead")

    page.wait_for_selector(".toast")
    page.click("text=Open the lead")
    page.wait_for_url("**/console/leads/lead_*")
    assert len(leads_with(stack, email)) == 1


def test_rules_are_edited_tried_out_put_in_force_and_rolled_back(nabin: Visitor) -> None:
    page, name = nabin.page, f"Came to webinar {uuid4().hex[:6]}"
    page.click(".menu >> text=Scoring")
    page.wait_for_selector("h1:text-is('Scoring')")
    version = re.search(r"Version (\d+), in force", page.inner_text("main"))
    assert version
    page.click("main >> text=Edit")
    page.wait_for_selector("#f-rules\\.threshold")
    page.fill("[name='rules.threshold']", "20")
    rows = page.locator("fieldset.rule", has=page.locator("[name$='.event']"))
    known = rows.count()
    page.click("text=Add a rule >> nth=0")
    rows.nth(known).wait_for()
    row = rows.nth(known)
    row.locator("[name$='.label']").fill(name)
    row.locator("[name$='.points']").fill("many")
    page.click(".save-bar >> text=Save draft")
    page.wait_for_selector("[role=alert]")
    assert "Write a number" in row.inner_text()
    assert row.locator("[name$='.label']").input_value() == name
    row.locator("[name$='.points']").fill("30")
    row.locator("[name$='.event']").fill("custom.webinar")
    page.click(".save-bar >> text=Save draft")
    page.wait_for_selector("text=What it would change")
    assert name in page.inner_text("ul.changes >> nth=0")

    page.click("text=Try out")
    page.wait_for_selector("progress, .effect")
    page.wait_for_selector(".effect", timeout=PATIENCE_MS)
    assert re.match(r"\d+ more hand-offs?, \d+ of which sales rejected", page.inner_text(".effect"))
    page.wait_for_selector(".uplot")
    page.click("text=Go on to version")
    page.wait_for_selector("text=What it would change")

    page.click("text=Put in force…")
    page.wait_for_selector("dialog[open]")
    assert name in page.inner_text("dialog[open]")
    page.click("dialog[open] >> text='Put in force'")
    page.wait_for_selector(".toast")
    page.wait_for_selector("h1:text-is('Scoring')")
    assert name in page.inner_text("main")

    page.click(".tabs >> text=Versions")
    page.click(f"a:text-is('Version {version[1]}')")
    page.click("text=Roll back to this…")
    page.click("dialog[open] >> text='Roll back'")
    page.wait_for_selector("h1:text-is('Scoring')")
    assert name not in page.inner_text("main")


def test_a_form_is_made_with_a_preview_beside_it_and_can_be_framed_nowhere_else(
    stack: Stack, nabin: Visitor
) -> None:
    form_id, page = f"form-{uuid4().hex[:8]}", nabin.page
    page.goto("/console/forms/new")
    page.fill("#f-form_id", form_id)
    page.fill("#f-title", "Ask for a callback")
    preview = page.frame_locator(".preview iframe >> nth=-1")
    preview.locator("h1", has_text="Ask for a callback").wait_for()
    page.click("text=Add a question")
    page.fill("[name='fields.1.label']", "When may we call?")
    page.frame_locator(".preview iframe >> nth=-1").locator("text=When may we call?").wait_for()
    page.click(".save-bar >> text=Save")
    page.wait_for_selector(".toast")
    assert page.url.endswith(f"/console/forms/{form_id}")
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/console/forms/new")

    page.goto(f"/forms/{form_id}")
    assert "When may we call?" in page.inner_text("main")
    page.goto(f"/console/forms/{form_id}/snippet")
    assert f"/v1/forms/{form_id}/submissions" in page.inner_text("#snippet")
    hosted = stack.get(f"/forms/{form_id}").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in hosted


def test_what_came_in_is_reported(stack: Stack, nabin: Visitor) -> None:
    source, page = f"fair-{uuid4().hex[:6]}", nabin.page
    form = {"email": address(), "utm_source": source}
    stack.call("POST", "/v1/forms/contact/submissions", form=form)
    stack.rest()

    page.click(".menu >> text=Reports")
    page.wait_for_selector(".uplot")

    assert source in page.inner_text(".legend")
