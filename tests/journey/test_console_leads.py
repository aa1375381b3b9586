"""Leads in a real browser: found, given to somebody, accepted, worked on, turned down."""

from typing import Any
from uuid import uuid4

import pytest

from .company import address, lead_of
from .pages import signed_in, visiting
from .stack import Stack

pytestmark = pytest.mark.journey


def handed_to_asha(stack: Stack, **facts: str) -> dict[str, Any]:
    """A lead with 25 points that waits for asha's answer."""
    lead = lead_of(stack, address(), job_title="Manager", **facts)
    stack.rest()
    stack.tick("10m")
    body = {"to": "assigned", "version": lead["version"], "owner_id": "asha"}
    path = f"/v1/leads/{lead['lead_id']}/transitions"
    moved = stack.call("POST", path, body, who="sales_manager")
    assert moved.status == 200, moved.text
    return lead


def state_of(stack: Stack, lead: dict[str, Any]) -> str:
    return str(stack.get(f"/v1/leads/{lead['lead_id']}", who="rep").json["state"])


def test_a_manager_types_leads_in_finds_them_and_gives_them_to_a_rep_at_once(
    stack: Stack, browser: Any
) -> None:
    company = f"Company {uuid4().hex[:8]}"
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "maya").page
        for name in ("First", "Second"):
            page.goto("/console/leads/new")
            page.get_by_label("Last name").fill(name)
            page.get_by_label("E-mail address").fill(address())
            page.get_by_label("Company").fill(company)
            page.get_by_role("button", name="Save lead").click()
            page.locator("h1", has_text=name).wait_for()

        page.goto("/console/leads")
        page.get_by_label("Search", exact=False).fill(company.upper())
        page.keyboard.press("Enter")
        page.wait_for_url("**text=*")
        rows = page.locator("tbody tr")
        assert rows.count() == 2

        page.get_by_role("button", name="Save as view").click()
        page.get_by_label("Name", exact=True).fill(company)
        page.get_by_role("button", name="Save view").click()
        page.locator(".views a[aria-current]", has_text=company).wait_for()

        page.get_by_label("All on this page").check()
        assert page.locator("[data-checked-count]").inner_text() == "2"
        page.get_by_label("To whom").select_option(label="Asha Gurung")
        page.get_by_role("button", name="Assign").click()
        page.locator(".toast", has_text="2 leads assigned").wait_for()
        assert rows.count() == 0

        page.get_by_role("link", name="Assigned", exact=True).click()
        page.wait_for_url("**state=assigned*")
        assert rows.count() == 2
        page.go_back()
        page.locator(".tabs a[aria-current]", has_text="New").wait_for()
        assert visitor.wrong == []


def test_a_rep_accepts_a_hand_off_looks_into_the_past_edits_and_plans(
    stack: Stack, browser: Any
) -> None:
    lead = handed_to_asha(stack, last_name="Rai")
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "asha").page
        page.goto(f"/console/leads/{lead['lead_id']}")
        page.locator(".banner .clock", has_text="left").wait_for()
        page.locator(".course canvas").wait_for()
        page.get_by_role("button", name="Accept").click()
        page.locator(".toast", has_text="Accepted").wait_for()
        assert state_of(stack, lead) == "working"

        slider = page.get_by_label("As of")
        assert page.locator("#why .big").inner_text() == "25"
        slider.focus()
        page.keyboard.press("Home")
        page.locator("#why", has_text="No points then").wait_for()
        assert slider.get_attribute("aria-valuetext") == page.locator("#as-of-shown").inner_text()
        page.keyboard.press("End")
        page.locator("#why", has_text="Manager").wait_for()
        assert page.evaluate("document.activeElement.id") == "as-of"

        page.get_by_role("button", name="Edit").click()
        page.get_by_label("Company").fill("Himal Bank <b>")
        page.get_by_role("button", name="Save").click()
        page.locator("#facts", has_text="Himal Bank <b>").wait_for()

        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_label("What", exact=True).fill("Call back")
        page.get_by_role("button", name="Add task").click()
        task = page.locator(".tasks li", has_text="Call back")
        task.get_by_role("button", name="Done").click()
        page.locator(".tasks li.done", has_text="Call back").wait_for()
        happened = page.locator("#timeline").inner_text()
        for text in ("Done: Call back", "Changed company", "Accepted", "Handed to Asha"):
            assert text in happened
        assert visitor.wrong == []


def test_a_hand_off_is_rejected_with_a_reason_in_the_persons_words(
    stack: Stack, browser: Any
) -> None:
    lead = handed_to_asha(stack)
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "asha").page
        page.goto(f"/console/leads/{lead['lead_id']}")
        page.get_by_role("button", name="Reject").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Reject").click()
        assert dialog.is_visible()  # the browser asks for the reason first

        dialog.get_by_label("Why").fill("No budget this year")
        dialog.get_by_role("button", name="Reject").click()
        page.locator(".toast", has_text="Recycled").wait_for()

        assert state_of(stack, lead) == "recycled"
        assert "No budget this year" in page.locator("#timeline").inner_text()
        assert visitor.wrong == []
