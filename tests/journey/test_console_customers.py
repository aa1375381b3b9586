"""Finding somebody, and what staff see and do of a person, in a browser on the deployed stack."""

from typing import Any
from uuid import uuid4

import pytest

from .pages import settled, signed_in, visiting
from .seen import findings, looked_at
from .stack import Stack

pytestmark = pytest.mark.journey


def test_somebody_is_found_from_anywhere_by_keyboard_however_misspelt(
    stack: Stack, browser: Any
) -> None:
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "rep").page
        box, options = page.locator("[data-search]"), page.locator("#suggestions a")
        page.keyboard.press("/")
        page.keyboard.type("prakas shresta")
        options.filter(has_text="Prakash Shrestha").wait_for()
        page.wait_for_function("() => document.querySelector('[data-search-said]').textContent")
        assert box.get_attribute("aria-expanded") == "true"
        assert "Similar name" in options.first.inner_text()

        page.keyboard.press("Escape")
        assert (box.get_attribute("aria-expanded"), options.first.is_visible()) == ("false", False)
        page.keyboard.press("Backspace")
        options.first.wait_for()
        page.keyboard.press("ArrowDown")
        chosen = box.get_attribute("aria-activedescendant")
        assert options.first.get_attribute("id") == chosen
        assert options.first.get_attribute("aria-selected") == "true"
        assert findings(page) == []
        page.keyboard.press("Enter")
        page.locator("h1", has_text="Prakash Shrestha").wait_for()

        settled(page)
        page.keyboard.press("/")
        page.keyboard.type("himal")
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/search?q=himal")
        page.locator("tbody tr", has_text="Company").first.wait_for()
        assert looked_at(visitor) == []
        assert visitor.wrong == []


def test_a_call_is_written_down_with_a_promise_that_is_kept(stack: Stack, browser: Any) -> None:
    made = stack.call("POST", "/v1/contacts", {"last_name": f"Caller {uuid4().hex[:8]}"}, who="rep")
    contact_id = made.json["contact_id"]
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "agent").page
        page.goto(f"/console/contacts/{contact_id}")
        page.locator("#log summary").click()
        log = page.locator("#log")
        log.get_by_label("About").fill("A kettle")
        log.get_by_label("What was promised").fill("Call back with a price")
        log.get_by_role("button", name="Write down").click()
        page.locator(".toast", has_text="Written down").wait_for()
        page.locator("#timeline li", has_text="Called us (Telephone): A kettle").wait_for()
        assert "Only we see this" in page.inner_text("#timeline")
        page.locator("#promises", has_text="Call back with a price").wait_for()
        page.locator("#open h3").wait_for()
        assert looked_at(visitor) == []

        page.get_by_role("button", name="Kept: Call back").click()
        page.locator(".toast", has_text="Kept").wait_for()
        page.locator("#promises", has_text="Nothing is outstanding").wait_for()
        page.locator("#history-kind").select_option("notes")
        page.locator("#timeline", has_text="Nothing of that kind").wait_for()
        assert page.url.endswith(contact_id)
        assert visitor.wrong == []
