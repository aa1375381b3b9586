"""Finding somebody, and what staff see and do of a person, in a browser on the deployed stack."""

from collections.abc import Iterator
from typing import Any

import pytest

from .browser import launched
from .pages import signed_in, visiting
from .seen import findings, looked_at
from .stack import Stack

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as running:
        yield running


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

        page.keyboard.press("/")
        page.keyboard.type("himal")
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/search?q=himal")
        page.locator("tbody tr", has_text="Company").first.wait_for()
        assert looked_at(visitor) == []
        assert visitor.wrong == []
