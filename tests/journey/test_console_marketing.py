"""A marketer's way through the pages: a segment, a template, what would happen, sending, and why
somebody got nothing (rows M2, M14, X1 and X4)."""

import json
from typing import Any
from uuid import uuid4

import pytest

from .campaigning import at_any_hour, put_rules, rules_of, somebody
from .pages import settled, signed_in, visiting
from .seen import looked_at
from .stack import Stack

pytestmark = pytest.mark.journey


def test_a_marketer_builds_foretells_starts_and_follows_a_campaign(
    stack: Stack, browser: Any
) -> None:
    tag = f"stand-{uuid4().hex[:8]}"
    for number in range(3):
        somebody(stack, tag, number)
    _, silent = somebody(stack, tag, 3, agrees=False)
    put_rules(stack, at_any_hour(rules_of(stack)))
    wrong: list[str] = []
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "marketer").page

        page.click(".menu >> text=Segments")
        page.click("main >> text=New segment")
        page.fill("#f-name", tag)
        settled(page)
        page.select_option("[id='f-r.0:what']", "tag")
        page.locator("[id='f-r.0:tag']").wait_for()
        settled(page)
        # Whom it shows is drawn by lot where there are many: these are not always among them.
        with page.expect_response("**/console/segments/count") as counted:
            page.fill("[id='f-r.0:tag']", tag)
        assert counted.value.status == 200
        page.locator("#count .figure").wait_for()
        page.click("text=Add a group")
        page.locator("[id='f-r.1.0:what']").wait_for()
        settled(page)
        page.select_option("[id='f-r.1.0:what']", "consent")
        page.locator("[id='f-r.1.0:purpose']").wait_for()
        page.locator("#count .figure").wait_for()
        wrong += looked_at(visitor)
        settled(page)
        page.click("[id='remove-r.1']")
        page.locator("#count .figure").wait_for()
        page.click("text=Make it")
        page.locator(".toast", has_text="It fills within minutes").wait_for()
        stack.tick("2m")
        page.locator("#filling", has_text="Everybody was looked at").wait_for()
        page.reload()
        page.locator("#members tbody tr").nth(3).wait_for()

        page.click(".menu >> text=Templates")
        page.click("main >> text=New template")
        page.fill("#f-name", tag)
        page.fill("#f-subject", "For ")
        page.click("text=Fields that are filled in")
        page.focus("#f-subject")
        page.keyboard.press("End")
        page.click("main >> button:has-text('First name')")
        assert page.input_value("#f-subject") == "For {{ first_name }}"
        page.locator("#check", has_text="For Ann").wait_for()
        shown = page.frame_locator("iframe[data-preview-frame]")
        shown.locator("text=Hello Ann").wait_for()
        wrong += looked_at(visitor)
        page.click("main >> text=Make it")
        page.locator(".toast", has_text="Made").wait_for()
        page.click("main >> text=Plan a campaign")

        page.fill("#f-name", tag)
        page.select_option("#f-audience", label=tag)
        page.select_option("[id='f-goal.event']", "interaction")
        page.select_option("#f-priority", "8")
        page.check("[name=tracking]")
        page.click("text=Try several mails")
        page.select_option("[id='f-ab_test.templates.0']", label=tag)
        page.fill("[id='f-ab_test.sample_percent']", "101")
        page.click("main >> text=Plan it")
        page.locator("[id='e-ab_test.sample_percent']").wait_for()
        wrong += looked_at(visitor)
        page.fill("[id='f-ab_test.sample_percent']", "100")
        page.click("main >> text=Plan it")
        page.locator("#preflight", has_text="3 get it at once").wait_for()
        page.locator("#preflight", has_text="1 do not get it").wait_for()
        wrong += looked_at(visitor)
        page.click("#preflight >> text=Start…")
        page.click("dialog[open] >> text=Start it")
        page.locator("#progress[hx-get]").wait_for()
        stack.rest()
        stack.tick("2m")
        page.locator("#progress:not([hx-get])", has_text="3 Sent").wait_for()
        page.locator("h1", has_text="Done").wait_for()

        page.click("#progress .is-skipped a")
        page.locator("tbody tr", has_text="They did not agree to it").wait_for()
        page.fill("#f-who", silent)
        page.click("main >> text=Look")
        page.locator("#proof", has_text="They did not agree to it").wait_for()
        wrong += looked_at(visitor)
        page.click(".tabs >> text=Report")
        page.locator("#funnel-title").wait_for()
        wrong += looked_at(visitor)
        assert [*wrong, *visitor.wrong] == []


def test_programs_codes_and_own_limits_have_pages_beside_campaigns(
    stack: Stack, browser: Any
) -> None:
    tag = f"aside-{uuid4().hex[:8]}"
    contact, _ = somebody(stack, tag, 1)
    wrong: list[str] = []
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "marketer").page
        page.goto("/console/campaigns/webhooks")
        page.fill("#f-name", tag)
        page.fill("#f-url", f"{stack.home.webhook_sink}/{tag}")
        page.click("main >> button:has-text('Register')")
        assert page.locator("#secret").inner_text().startswith("whsec_")
        page.click("text=I have copied it")
        page.click("text=Try it")
        page.locator("#answer", has_text="It took the call").wait_for()
        wrong += looked_at(visitor)
        page.goto("/console/campaigns/codes?code=NONE-0001")
        page.locator("#e-code").wait_for()
        wrong += looked_at(visitor)
        page.goto(f"/console/campaigns/limits/{contact}")
        page.fill("#f-times", "1")
        page.fill("#f-days", "7")
        page.click("main >> text=Write down")
        page.locator("#limits", has_text="E-mail: 1 within any 7 days").wait_for()
        wrong += looked_at(visitor)
        assert [*wrong, *visitor.wrong] == []
    (called,) = stack.webhooks(tag)
    assert json.loads(called["body"])["type"] == "test"
