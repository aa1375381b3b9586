"""Who works here, who gets leads, keys and changes, through the pages (rows P2, S7, D4)."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from .company import address, team_for
from .pages import signed_in, visiting
from .stack import Stack

pytestmark = pytest.mark.journey


@pytest.fixture
def admin(browser: Any, stack: Stack) -> Iterator[Any]:
    """An administrator's page; nothing may go wrong in the browser meanwhile."""
    with visiting(browser, stack) as visitor:
        yield signed_in(visitor, "sagar").page
        assert visitor.wrong == []


@pytest.fixture
def manager(browser: Any, stack: Stack) -> Iterator[Any]:
    """A sales manager's page."""
    with visiting(browser, stack) as visitor:
        yield signed_in(visitor, "maya").page
        assert visitor.wrong == []


def rules(stack: Stack) -> dict[str, Any]:
    return dict(stack.get("/v1/assignment-rules", who="admin").json)


def owner(stack: Stack, lead_id: str) -> str | None:
    found: str | None = stack.get(f"/v1/leads/{lead_id}", who="admin").json.get("owner_id")
    return found


def lead_for(stack: Stack, country: str) -> str:
    body = {"facts": {"email": address(), "country": country}, "hand_off": "now"}
    made = stack.call("POST", "/v1/leads", body, who="sales_manager")
    stack.rest()
    return str(made.json["lead_id"])


def invite(page: Any, team_id: str, name: str, email: str) -> str:
    """Invite somebody through the page; their id."""
    page.click(".menu >> text=People")
    page.click("text=Invite somebody")
    page.fill("#f-name", name)
    page.fill("#f-email", email)
    page.select_option("#f-team_id", team_id)
    page.click("text=Send the invitation")
    page.wait_for_selector(".toast >> text=is invited")
    return str(page.url).rpartition("/")[2]


def test_an_invited_person_gets_leads_and_a_disabled_ones_leads_find_others(
    stack: Stack, admin: Any
) -> None:
    team_id, _ = team_for(stack, "GL", [])
    email, other = address(), address()
    leaver = invite(admin, team_id, "Lea Ver", email)
    assert "Invited" in admin.inner_text(".page-head")
    assert stack.eventually(lambda: stack.mail(email))
    lead_id = lead_for(stack, "GL")
    assert owner(stack, lead_id) == leaver
    stays = invite(admin, team_id, "Sta Ying", other)

    admin.goto(f"/console/people/{leaver}")
    admin.click("[data-open-dialog=disable]")
    assert "Their 1 open lead" in admin.inner_text("dialog[open]")
    admin.click("dialog[open] >> text=Cancel")
    assert not stack.get(f"/v1/staff/{leaver}", who="admin").json["disabled"]
    admin.click("[data-open-dialog=disable]")
    admin.click("dialog[open] button.danger")
    admin.wait_for_selector(".toast >> text=signed out everywhere")

    assert "Disabled" in admin.inner_text(".page-head")
    stack.rest()
    assert owner(stack, lead_id) == stays
    admin.go_back()
    admin.wait_for_selector("text=Disabled")


def test_rules_are_reordered_saved_and_rolled_back(stack: Stack, manager: Any) -> None:
    before = rules(stack)
    manager.click(".menu >> text=Assignment")
    manager.click("main >> text=Edit")
    manager.wait_for_selector("#rules")
    first, second = (one["id"] for one in before["rules"]["rules"][:2])

    manager.click("[value='down:0']")
    manager.wait_for_selector(f"[id='f-rules.0.id'][value='{second}']")
    manager.fill("#f-accept_within", "0")
    manager.locator("#rules").evaluate("form => form.noValidate = true")
    manager.click("text=Save and put in force")
    manager.wait_for_selector("[id='e-accept_within']")
    assert manager.input_value("[id='f-rules.0.id']") == second
    assert rules(stack) == before
    manager.fill("#f-accept_within", "60")
    manager.click("text=Save and put in force")
    manager.wait_for_selector(".toast >> text=in force")
    now = rules(stack)["rules"]
    assert [one["id"] for one in now["rules"][:2]] == [second, first]
    assert now["accept_within"] == 60

    manager.click("text=Versions")
    manager.click(f"text='Version {before['version']}'")
    manager.click("[data-open-dialog=rollback]")
    assert "Accept within" in manager.inner_text("dialog[open]")
    manager.click("dialog[open] button[type=submit]")
    manager.wait_for_selector(".toast >> text=in force again")

    assert rules(stack)["rules"] == before["rules"]
    manager.click(".menu >> text=Changes")
    assert "Rolled back" in manager.inner_text("tbody tr:first-child")
    manager.click("tbody tr:first-child a.main")
    manager.wait_for_selector(".differences")
    assert "Accept within" in manager.inner_text(".differences")


def test_a_partners_key_is_made_rotated_and_ended(stack: Stack, admin: Any) -> None:
    key_id = f"shop-{uuid4().hex[:8]}"
    admin.click(".menu >> text=Keys")
    admin.click("text=New key")
    admin.fill("#f-key_id", key_id)
    admin.select_option("#f-kind", "partner")
    admin.click("text=Make the key")
    first = admin.inner_text("#key-text")
    stack.tick("31s")

    admin.click("text=I have copied it")
    admin.click("[data-open-dialog=rotate]")
    admin.click("dialog[open] button[type=submit]")
    admin.wait_for_selector("text=Until then both open")
    second = admin.inner_text("#key-text")
    stack.tick("31s")
    assert [reported(stack, key) for key in (first, second)] == [202, 202]

    admin.click("text=I have copied it")
    admin.click("[data-open-dialog=revoke]")
    admin.click("dialog[open] button.danger")
    admin.wait_for_selector(".toast >> text=Revoked")
    stack.tick("31s")
    assert [reported(stack, key) for key in (first, second)] == [401, 401]


def test_an_administrator_sees_how_the_system_is(admin: Any) -> None:
    admin.click(".menu >> text=System")
    admin.wait_for_selector("h1 >> text=System")
    admin.wait_for_selector("main >> text=/All is well|Something needs you/")

    assert "Giving leads to salespeople" in admin.inner_text("tbody")


def reported(stack: Stack, key: str) -> int:
    event = {"id": uuid4().hex, "name": "cart_updated", "email": address()}
    answer = stack.call("POST", "/v1/events", {"events": [event]}, headers={"x-write-key": key})
    return answer.status
