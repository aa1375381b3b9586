"""Somebody calls and is helped, and whoever leads support sees it: in browsers on the deployed
stack."""

from typing import Any
from uuid import uuid4

import pytest

from .pages import signed_in, visiting
from .seen import looked_at
from .stack import Stack

pytestmark = pytest.mark.journey


def test_a_caller_nobody_knows_is_kept_helped_and_settled(stack: Stack, browser: Any) -> None:
    digits, name = f"977984{uuid4().int % 10**7:07d}", f"Rita {uuid4().hex[:6].title()}"
    subject = f"Filter of {name} is worn"
    with visiting(browser, stack) as ours:
        desk = signed_in(ours, "agent").page
        desk.goto(f"/console/tickets/call?phone=%2B{digits}")
        desk.get_by_text("Nobody we know").wait_for()
        assert looked_at(ours) == []
        desk.get_by_role("button", name="Create a contact").click()
        desk.get_by_label("First name").fill(name)
        assert desk.get_by_label("Phone numbers").input_value() == f"+{digits}"
        desk.get_by_role("button", name="Save contact").click()
        desk.locator("h1", has_text=name).wait_for()
        desk.fill("#f-text", "Asks for a new filter.")
        desk.get_by_role("button", name="Write down").click()
        desk.locator("#last", has_text="Asks for a new filter").wait_for()
        assert looked_at(ours) == []

        desk.get_by_role("button", name="New ticket").click()
        desk.locator("#whose", has_text=name).wait_for()
        desk.fill("#f-who", "nonsense")
        desk.press("#f-who", "Tab")
        desk.locator("#whose", has_text="country code").wait_for()
        desk.fill("#f-who", f"+{digits}")
        desk.press("#f-who", "Tab")
        desk.locator("#whose", has_text=name).wait_for()
        desk.fill("#f-subject", subject)
        desk.fill("#f-body", "The filter is worn after a month.")
        assert looked_at(ours) == []
        desk.get_by_role("button", name="Open the ticket").click()
        desk.locator("h1", has_text=subject).wait_for()
        desk.locator(".turn.of-them", has_text="worn after a month").wait_for()

        _canned(desk)
        assert looked_at(ours) == []
        desk.locator("#canned-list button", has_text="We look into it").click()
        begun = f"Hello {name.split()[0]},"
        _holds(desk, begun)
        desk.select_option("#f-priority", "high")
        desk.locator(".toast", has_text="Priority is high").wait_for()
        # What was begun outlives another change of the page.
        _holds(desk, begun)
        desk.get_by_role("button", name="Send answer").click()
        desk.locator(".turn.of-us", has_text="We look into").wait_for()
        assert desk.locator("#f-body").input_value() == ""
        _canned(desk)
        desk.locator("#canned-list button", has_text="No answer: resolve").click()
        desk.locator(".page-head", has_text="Resolved").wait_for()
        desk.locator(".turn.of-us", has_text="take it that all is well").wait_for()

        desk.goto(f"/console/tickets/call/{digits}")
        desk.locator("#open", has_text="Nothing is open").wait_for()
        assert ours.wrong == []


def test_whoever_leads_support_sees_what_waits_and_writes_what_agents_say(
    stack: Stack, browser: Any
) -> None:
    name = f"Thanks {uuid4().hex[:8]}"
    with visiting(browser, stack) as ours:
        page = signed_in(ours, "supervisor").page
        page.goto("/console/support")
        page.locator("#due").wait_for()
        waits = page.locator("#now .figure b").first
        before = int(waits.inner_text())
        assert looked_at(ours) == []
        opened = {"email": "leads@example.com", "subject": name, "body": "One more"}
        assert stack.call("POST", "/v1/tickets/on-behalf", opened, who="agent").status == 201
        # Without anybody loading the page again.
        stack.eventually(lambda: int(waits.inner_text()) > before)

        page.get_by_role("link", name="Report").first.click()
        page.locator("#rows").wait_for()
        page.locator("#moved-title").wait_for()
        page.wait_for_selector(".uplot")
        assert page.locator(".u-legend .u-value").first.is_hidden()
        page.locator(".u-over").first.hover()
        assert page.locator(".u-legend .u-value").nth(1).inner_text() != ""
        assert looked_at(ours) == []
        with page.expect_download() as kept:
            page.get_by_role("button", name="As a file").click()
        assert kept.value.suggested_filename.endswith("-by-agent.csv")

        page.get_by_role("link", name="Canned replies").click()
        page.get_by_role("button", name="New canned reply").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.fill("#f-body", "Hello ")
        page.get_by_role("button", name="Requester first name").click()
        assert page.locator("#f-body").input_value() == "Hello {{ requester.first_name }}"
        assert looked_at(ours) == []
        page.get_by_role("button", name="Save", exact=True).last.click()
        page.locator(".entries h2", has_text=name).wait_for()
        assert looked_at(ours) == []
        page.get_by_role("button", name=f"Change {name}").click()
        page.get_by_role("button", name="Remove").click()
        page.locator(".toast", has_text="Removed").wait_for()
        assert page.locator(".entries h2", has_text=name).count() == 0
        page.get_by_role("button", name="Versions").click()
        page.locator("tbody tr").nth(1).get_by_role("link").click()
        assert looked_at(ours) == []
        page.get_by_role("button", name="Go back to this").click()
        page.locator(".entries h2", has_text=name).wait_for()
        assert ours.wrong == []


def _canned(desk: Any) -> None:
    desk.get_by_role("button", name="Canned replies").click()
    desk.locator("#canned-list").wait_for()


def _holds(desk: Any, begun: str) -> None:
    """The answer begins like that, as soon as the page is settled."""
    begins = "text => document.getElementById('f-body').value.startsWith(text)"
    desk.wait_for_function(begins, arg=begun)
