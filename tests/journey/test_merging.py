"""Rows S2 and X10 on the deployed stack: two records of one person become one, and two again;
over HTTP, and by the staff's pages in a browser."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from .company import address, lead_of
from .pages import signed_in, visiting
from .seen import looked_at
from .stack import Reply, Stack

pytestmark = pytest.mark.journey


def done(answer: Reply) -> Any:
    assert answer.status < 300, answer.text
    return answer.json


def person(stack: Stack, **facts: Any) -> str:
    """A contact's id."""
    return str(done(stack.call("POST", "/v1/contacts", facts, who="rep"))["contact_id"])


def called(stack: Stack, contact_id: str, number: int) -> None:
    """The person has called so often."""
    calls = [
        {
            "id": uuid4().hex,
            "contact_id": contact_id,
            "channel": "telephone",
            "kind": "call",
            "subject": f"Ticket {one}",
        }
        for one in range(number)
    ]
    done(stack.call("POST", "/v1/interactions", {"interactions": calls}, who="agent"))


def says(stack: Stack, contact_id: str, state: str) -> None:
    """What the person allows."""
    body = {"purpose": "marketing", "channel": "email", "state": state}
    done(stack.call("POST", f"/v1/contacts/{contact_id}/consents", body, who="rep"))


def calls_of(stack: Stack, contact_id: str) -> set[str]:
    history = done(stack.get(f"/v1/contacts/{contact_id}/history?kind=call", who="rep"))
    return {one["subject"] for one in history["entries"]}


def stands(stack: Stack, contact_id: str) -> list[str]:
    found = done(stack.get(f"/v1/contacts/{contact_id}/consents", who="rep"))
    return [one["state"] for one in found["items"]]


def state_of(stack: Stack, contact_id: str) -> str:
    """How far the contact's merge is."""
    (merge,) = done(stack.get(f"/v1/contacts/{contact_id}/merges", who="supervisor"))["items"]
    return str(merge["state"])


def test_merged_into_a_b_is_answered_by_a_with_all_that_was_b_s_and_undone_both_are_back(
    stack: Stack,
) -> None:
    mail = address()
    lead = lead_of(stack, mail, last_name="Rai")
    task = {"title": "Send the offer", "kind": "call"}
    done(stack.call("POST", f"/v1/leads/{lead['lead_id']}/tasks", task, who="sales_manager"))
    a = person(stack, first_name="Ann", last_name="Rai", emails=[{"address": address()}])
    b = person(stack, last_name="Rai", job_title="Buyer", emails=[{"address": mail}])
    called(stack, b, 3)
    says(stack, a, "granted")
    says(stack, b, "withdrawn")
    tickets = {"Ticket 0", "Ticket 1", "Ticket 2"}

    preview = done(stack.get(f"/v1/contacts/{a}/merge-preview?with={b}", who="supervisor"))
    assert preview["moves"]["history"] >= 3
    assert [one["state"] for one in preview["consents"]] == ["withdrawn"]
    body = {"loser": b, "versions": preview["versions"], "choices": {"job_title": "loser"}}
    merge = done(stack.call("POST", f"/v1/contacts/{a}/merge", body, who="supervisor"))["merge"]
    stack.eventually(lambda: state_of(stack, a) == "done")

    assert done(stack.get(f"/v1/contacts/{b}", who="rep"))["contact_id"] == a
    assert done(stack.get(f"/v1/contacts/{a}", who="rep"))["job_title"] == "Buyer"
    assert calls_of(stack, a) == tickets
    assert stands(stack, a) == ["withdrawn"]
    assert done(stack.get(f"/v1/leads/{lead['lead_id']}", who="rep"))["contact_id"] == a
    matters = done(stack.get(f"/v1/contacts/{a}/summary", who="agent"))["open_matters"]
    assert "Send the offer" in {one["title"] for one in matters}

    undo = f"/v1/merges/{quote(merge['merge_id'])}/undo"
    done(stack.call("POST", undo, who="supervisor"))
    stack.eventually(lambda: state_of(stack, a) == "undone")

    assert done(stack.get(f"/v1/contacts/{b}", who="rep"))["contact_id"] == b
    assert (calls_of(stack, a), calls_of(stack, b)) == (set(), tickets)
    assert (stands(stack, a), stands(stack, b)) == (["granted"], ["withdrawn"])
    assert done(stack.get(f"/v1/contacts/{a}", who="rep"))["job_title"] is None
    assert done(stack.get(f"/v1/leads/{lead['lead_id']}", who="rep"))["contact_id"] == b


def test_a_manager_merges_by_the_pages_and_takes_it_back(stack: Stack, browser: Any) -> None:
    mark = uuid4().hex[:6]
    phone = f"+97798{int(mark, 16) % 10**8:08d}"
    company = done(stack.call("POST", "/v1/accounts", {"name": f"Bank {mark}"}, who="rep"))
    there = [{"account_id": company["account_id"]}]
    facts = {"last_name": f"Sherchan{mark}", "accounts": there}
    ann = person(stack, first_name="Ann", job_title="Manager", **facts)
    anne = person(
        stack,
        first_name="Anne",
        job_title="Director",
        phones=[{"number": phone}],
        emails=[{"address": address()}],
        **facts,
    )
    called(stack, ann, 2)
    says(stack, anne, "withdrawn")
    duplicates = f"/v1/duplicates?contact_id={ann}"
    stack.eventually(lambda: done(stack.get(duplicates, who="rep"))["items"])
    with visiting(browser, stack) as visitor:
        page = signed_in(visitor, "maya").page
        page.goto(f"/console/contacts/{ann}")
        near = page.locator("#duplicates")
        near.get_by_text(f"Anne Sherchan{mark}").first.wait_for()
        page.goto("/console/duplicates")
        pair = page.locator("article", has_text=mark)
        wrong = looked_at(visitor)
        pair.get_by_role("button", name="Compare and merge").click()

        # More is known of Anne, so she is to stay.
        page.locator("h1", has_text="Merge two records").wait_for()
        assert f"winner={anne}" in page.url
        page.locator("#effects", has_text="Withdrawn").wait_for()
        wrong += looked_at(visitor)
        page.get_by_label("Manager").check()
        page.get_by_role("button", name="Merge them").click()
        page.locator("#merge", has_text="Everything is in one place").wait_for()
        wrong += looked_at(visitor)

        page.goto(f"/console/contacts/{ann}")
        page.locator("h1", has_text=f"Anne Sherchan{mark}").wait_for()
        assert page.url.endswith(anne)
        assert "Manager" in page.inner_text(".page-head")
        page.locator("#timeline li", has_text="Ticket 1").wait_for()
        page.locator("#merges").get_by_role("button", name="Undo").click()
        page.locator("#merge", has_text="Both are as they were").wait_for()
        page.get_by_role("link", name="Merges").click()
        page.locator("tbody tr", has_text=mark).get_by_text("Undone").wait_for()
        wrong += looked_at(visitor)
        page.goto(f"/console/contacts/{ann}")
        page.locator("#timeline li", has_text="Ticket 1").wait_for()
        assert page.url.endswith(ann)
        assert wrong + visitor.wrong == []
