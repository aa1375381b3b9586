"""Row D3: the guided tour, from its first page to a lead of one's own that sales has accepted."""

from collections.abc import Iterator
from typing import Any

import pytest

from .browser import USER_AGENT
from .company import address
from .stack import Stack

pytestmark = pytest.mark.journey

MIN_FILL_MS = 4_000
"""Well above the minimum fill time, which counts from when the page has its timestamp."""

VISITS = 8
"""Of the pricing page: with a manager's title enough to be ready for sales."""

PATIENCE_MS = 60_000


@pytest.fixture
def tab(stack: Stack, browser: Any) -> Iterator[Any]:
    with browser.new_context(user_agent=USER_AGENT, base_url=stack.url) as profile:
        yield profile


def test_a_newcomer_sees_their_own_lead_captured_scored_handed_over_and_accepted(
    stack: Stack, tab: Any
) -> None:
    page = tab.new_page()
    page.goto("/console/tour")
    page.get_by_role("button", name="Maya").click()
    page.wait_for_selector(".tour", timeout=PATIENCE_MS)
    assert "Be a visitor" in page.locator(".tour-step.current").inner_text()

    with tab.expect_page() as opened:
        page.get_by_role("button", name="Open the demo site").click()
    site = opened.value
    site.click("#consent-yes")
    site.fill("#contact-form [name=email]", address())
    site.fill("#contact-form [name=first_name]", "Newcomer")
    site.fill("#contact-form [name=last_name]", "Of today")
    site.fill("#contact-form [name=job_title]", "Manager")
    site.wait_for_timeout(MIN_FILL_MS)
    site.click("#contact-form button[type=submit]")
    site.wait_for_url("**/assets/demo/thanks.html")
    page.locator(".tour-step.done", has_text="Be a visitor").wait_for(timeout=PATIENCE_MS)
    assert "Newcomer Of today" in page.locator(".tour").inner_text()

    for _ in range(VISITS):
        site.goto("/assets/demo/pricing.html", wait_until="networkidle")
    page.locator(".tour-step.done", has_text="handed to one").wait_for(timeout=PATIENCE_MS)

    become = page.get_by_role("button", name="Sign in as")
    owner = become.inner_text().removeprefix("Sign in as").strip()
    become.click()
    page.wait_for_selector("#work")
    assert owner.split()[0] in page.locator("h1").inner_text()
    waiting = page.locator("li", has_text="Newcomer Of today").filter(has_text="left")
    waiting.get_by_role("button", name="Accept").click()
    page.locator(".toast").wait_for()
    assert "Newcomer Of today" not in page.locator("[aria-labelledby=h-waiting]").inner_text()

    page.goto("/console/leads/mine")
    assert "Newcomer Of today" in page.locator("main").inner_text()
