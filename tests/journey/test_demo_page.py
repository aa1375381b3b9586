"""The whole path: a visitor of the demo page becomes exactly one task of exactly one salesperson,
while the relay, the scorer and the stream each die once on the way."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from .browser import USER_AGENT
from .company import address, hand_offs_of, score_of
from .stack import Stack

pytestmark = pytest.mark.journey

MIN_FILL_MS = 2_500
"""A little more than the form's minimum fill time: a person needs longer."""

VISIBILITY = 180
"""Seconds after which a queue gives out again what a scorer that died had taken."""


@pytest.fixture
def page(stack: Stack, browser: Any) -> Iterator[Any]:
    with browser.new_context(user_agent=USER_AGENT, base_url=stack.url) as profile:
        yield profile.new_page()


def lead_with(stack: Stack, email: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def look() -> bool:
        items = [
            one
            for state in ("new", "assigned")
            for one in stack.get(f"/v1/leads?state={state}&limit=100", who="rep").json["items"]
        ]
        # It may move from one list to the other while we look.
        mine = {one["lead_id"]: one for one in items if one["facts"].get("email") == email}
        found[:] = mine.values()
        return bool(found)

    stack.eventually(look)
    assert len(found) == 1
    return found[0]


def test_a_visitor_becomes_one_hand_off_of_one_salesperson_whatever_dies(
    stack: Stack, page: Any
) -> None:
    email = address()
    page.goto("/assets/demo/index.html")
    page.click("#consent-yes")
    for _ in range(3):
        page.goto("/assets/demo/pricing.html", wait_until="networkidle")
    page.goto("/assets/demo/index.html?utm_source=newsletter#contact")
    page.fill("#contact-form [name=email]", email)
    page.fill("#contact-form [name=first_name]", "Ann")
    page.fill("#contact-form [name=job_title]", "Plant manager")
    page.fill("#contact-form [name=message]", "How deep can it lift?")
    page.wait_for_timeout(MIN_FILL_MS)

    stack.crash("event_relay", "after")
    stack.crash("scoring_update", "during")
    page.click("#contact-form button[type=submit]")
    page.wait_for_url("**/assets/demo/thanks.html")

    lead_id = lead_with(stack, email)["lead_id"]
    # Three earlier visits, one form: they count from the moment the form says whose they were.
    stack.eventually(lambda: score_of(stack, lead_id)["score"] == "55.00", VISIBILITY + 60)

    for _ in range(4):
        page.goto("/assets/demo/pricing.html", wait_until="networkidle")
    stack.restart()
    stack.eventually(lambda: score_of(stack, lead_id)["score"] == "95.00", 90)
    assert not score_of(stack, lead_id)["handed_off"]

    opened = {"id": uuid4().hex, "name": "email_opened", "lead_id": lead_id}
    for _ in range(5):
        key = {"x-write-key": stack.write_key()}
        stack.call("POST", "/v1/events", {"events": [opened]}, headers=key)
    stack.eventually(lambda: score_of(stack, lead_id)["handed_off"], 90)
    stack.rest(VISIBILITY + 60)

    lead = stack.get(f"/v1/leads/{lead_id}", who="rep").json
    assert lead["state"] == "assigned"
    assert score_of(stack, lead_id)["score"] == "100.00"
    mine = [one for one in hand_offs_of(stack, lead["owner_id"]) if one["lead_id"] == lead_id]
    assert [(one["cycle"], one["attempt"]) for one in mine] == [(1, 1)]
    assert len([message for message in stack.mail() if lead_id in message.text]) == 1
    assert lead["first_touch"]["utm_source"] == "newsletter"


def test_the_demo_page_works_without_any_script(stack: Stack, browser: Any) -> None:
    email = address()
    with browser.new_context(java_script_enabled=False, base_url=stack.url) as profile:
        plain = profile.new_page()
        plain.goto("/assets/demo/index.html")
        plain.fill("#demo [name=email]", email)
        plain.fill("#demo [name=last_name]", "Gurung")
        plain.fill("#demo [name=company]", "Mill")
        plain.check("#demo [name=consent]")
        plain.click("#demo button[type=submit]")
        plain.wait_for_url("**/assets/demo/thanks.html")

    lead = lead_with(stack, email)
    stack.rest(60)
    # A request for a demonstration does not wait for points.
    assert stack.get(f"/v1/leads/{lead['lead_id']}", who="rep").json["state"] == "assigned"
