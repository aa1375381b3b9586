"""Every page of the menu, and what its links lead to, as whoever sees it: on a laptop and a phone,
light and dark, by keyboard and by screen reader, and how much of it is sent."""

import re
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from infra.local.people import sample_staff
from shared.console.navigation import MENU
from shared.platform.auth import ADMIN
from tests.page_routes import places

from .pages import PHONE, Visitor, signed_in, visiting
from .seen import findings, looked_at
from .stack import Stack

pytestmark = pytest.mark.journey

FIRST_LOAD: Final = 120_000
LATER: Final = 30_000
"""Bytes transferred, fonts left out."""

FOR_EVERYBODY: Final = ("/console/sign-in", "/console/sign-in/forgotten", "/console/tour")
OF_MINE: Final = ("/console/profile", "/console/no-such-page")
NOT_A_PAGE: Final = re.compile(r"/export\b|/sign-out")


def roles() -> dict[str, list[str]]:
    """The pages of the menu by the role that is to see each: the least one, where several do."""
    employed = {role for one in sample_staff() for role in one.roles}
    seen: dict[str, list[str]] = {}
    for _, entries in MENU:
        for place in entries:
            who = next((role for role in place.roles if role in employed - {ADMIN}), ADMIN)
            seen.setdefault(who, []).append(place.address)
    return seen


def pattern(address: str) -> str:
    """What kind of page an address is: that of its route, /console/leads/{lead_id}."""
    path = urlsplit(address).path
    for kind in sorted(kinds(), key=lambda one: one.count("{")):
        if re.fullmatch(re.sub(r"{[a-z_]+}", "[^/]+", kind), path):
            return kind
    return path


@cache
def kinds() -> frozenset[str]:
    return frozenset(one.path for one in places() if one.method == "GET")


def links(page: Any) -> list[str]:
    """Where the page's content leads, of each kind of page once."""
    found = page.eval_on_selector_all(
        "main a[href]:not([download])", "all => all.map(a => a.getAttribute('href'))"
    )
    ours = [one for one in found if one.startswith("/console") and not NOT_A_PAGE.search(one)]
    return list({pattern(one): one for one in reversed(ours)}.values())


def walked(visitor: Visitor, starts: list[str], seen: set[str]) -> tuple[list[str], dict[str, int]]:
    """What is wrong with pages and those they lead to; bytes of the first load of each."""
    wrong, sizes, waiting = [], {}, [(address, True) for address in starts]
    for address, from_menu in waiting:
        if pattern(address) in seen:
            continue
        seen.add(pattern(address))
        answer = visitor.go(address)
        if answer.status != (404 if "no-such" in address else 200):
            wrong.append(f"{address}: answered {answer.status}")
            continue
        sizes[pattern(address)] = visitor.first()
        wrong += looked_at(visitor)
        if from_menu:
            waiting += [(one, False) for one in links(visitor.page)]
    return wrong, sizes


def test_every_page_is_accessible_fits_the_phone_and_is_small(stack: Stack, browser: Any) -> None:
    wrong: list[str] = []
    sizes: dict[str, int] = {}
    seen: set[str] = set()
    with visiting(browser, stack) as visitor:
        found, small = walked(visitor, [*FOR_EVERYBODY], seen)
        wrong, sizes = [*found, *visitor.wrong], small
    for role, addresses in roles().items():
        with visiting(browser, stack) as visitor:
            signed_in(visitor, role)
            mine = [*addresses, *([] if set(OF_MINE) & seen else OF_MINE)]
            found, small = walked(visitor, mine, seen)
            wrong += [f"as {role}: {one}" for one in [*found, *visitor.wrong]]
            sizes |= small

    for address, size in sorted(sizes.items(), key=lambda one: -one[1]):
        print(f"{size:>8,} bytes at first  {address}")
    wrong += [f"{at}: {size:,} bytes" for at, size in sizes.items() if size > FIRST_LOAD]
    assert wrong == [], "\n".join(["", *wrong])


def test_going_on_sends_little_and_the_back_button_works(stack: Stack, browser: Any) -> None:
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, ADMIN).page
        visitor.counted()
        sizes = {}
        first, *others = page.eval_on_selector_all(".menu li a", "all => all.map(a => a.pathname)")
        # Where it is already, it comes to at the end: nobody could tell when that is there.
        addresses = [*others, first]
        for address in addresses:
            page.click(f'.menu li a[href="{address}"]')
            page.wait_for_url(f"**{address}")
            page.wait_for_selector(f'.menu a[href="{address}"][aria-current="page"]')
            title = page.title()
            sizes[address] = visitor.counted()

        for address, size in sizes.items():
            print(f"{size:>8,} bytes later  {address}")
        page.go_back()
        page.wait_for_url(f"**{addresses[-2]}")
        page.wait_for_selector(f'.menu a[href="{addresses[-2]}"][aria-current="page"]')
        page.go_forward()
        page.wait_for_selector(f'.menu a[href="{address}"][aria-current="page"]')

        assert page.title() == title
        assert len(addresses) == sum(len(entries) for _, entries in MENU)
        assert {at: size for at, size in sizes.items() if size > LATER} == {}
        assert visitor.wrong == []


def focused(page: Any) -> str:
    """What has the keyboard."""
    return str(page.evaluate("() => document.activeElement.textContent.trim()"))


def test_everything_is_reached_by_keyboard(stack: Stack, browser: Any) -> None:
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "rep").page
        page.goto("/console/leads")
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to content"
        assert page.evaluate("() => document.activeElement.getBoundingClientRect().left >= 0")
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "content"

        page.goto("/console/leads")
        for _ in range(20):
            page.keyboard.press("Tab")
            if focused(page) == "My leads":
                break
        outline = "() => getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none"
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/leads/mine")
        page.wait_for_selector('a[href="/console/leads/mine"][aria-current="page"]')
        # The focus goes to the new content, as it would on a page that was loaded.
        page.wait_for_function("() => document.activeElement.id === 'content'")


def test_the_phone_s_menu_opens_by_keyboard_and_by_touch(stack: Stack, browser: Any) -> None:
    with visiting(browser, stack, viewport=PHONE, has_touch=True) as visitor:
        page = signed_in(visitor, "rep").page
        entry = page.locator('.menu a[href="/console/leads"]')
        assert not entry.is_visible()
        for _ in range(5):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.id") == "menu-open":
                break
        page.keyboard.press("Space")
        entry.wait_for(state="visible")
        page.keyboard.press("Escape")
        entry.wait_for(state="hidden")

        page.tap(".bar label")
        entry.wait_for(state="visible")
        entry.tap()
        page.wait_for_url("**/console/leads")
        page.wait_for_selector(
            '.menu a[href="/console/leads"][aria-current="page"]', state="attached"
        )
        assert not entry.is_visible()
        assert visitor.wrong == []


def test_a_half_typed_form_outlives_the_session(stack: Stack, browser: Any) -> None:
    from .company import address

    email = address()
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "rep").page
        page.goto("/console/leads/new")
        page.fill('[name="facts.email"]', email)
        page.fill('[name="facts.last_name"]', "Gurung \u0926 <b>")
        page.context.clear_cookies(name="crm-staff")

        page.click("main button[type=submit]")
        page.wait_for_selector("#sign-in-again[open] #f-email")
        page.fill("#sign-in-again #f-email", "asha@example.com")
        page.fill("#sign-in-again #f-password", "wrong")
        page.click("#sign-in-again button[type=submit]")
        page.wait_for_selector("#sign-in-again [role=alert]")
        assert findings(page) == []
        page.fill("#sign-in-again #f-password", "Kathmandu-2025!")
        page.click("#sign-in-again button[type=submit]")
        page.wait_for_selector("#sign-in-again:not([open])", state="attached")
        assert page.input_value('[name="facts.last_name"]') == "Gurung \u0926 <b>"

        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(r"/console/leads/lead_"))
        page.wait_for_selector(f"text={email}")
        assert "Gurung \u0926 <b>" in page.inner_text("main")
        assert visitor.wrong == []
