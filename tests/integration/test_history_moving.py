"""Histories that move when two records turn out to be one person, and back again."""

from typing import Any

import pytest

from shared.customers.history.adoption import bring_all
from shared.customers.history.moving import PAGE, give_back_page, move_page
from shared.customers.history.repository import record
from tests.cloud import everything
from tests.dealings import a_call, a_receipt, contact_id, entries, tell
from tests.integration.test_contact_history import an_entry
from tests.pump import carried

pytestmark = pytest.mark.usefixtures("tables")

BOB = "bob@example.com"


def kept(address: str) -> list[tuple[str, Any]]:
    pk = f"CONTACT#{contact_id(address)}"
    return sorted((item["sk"], item.get("origins")) for item in everything() if item["pk"] == pk)


def back(source: str, target: str) -> None:
    after: str | None = None
    while after := give_back_page(source, target, after):
        pass


def test_all_that_belongs_to_a_history_moves_and_goes_back_and_what_came_since_stays() -> None:
    due = [{"text": "Call back"}]
    tell(a_receipt(email=BOB, promises=due))
    tell(a_call(id="call-b", email=BOB))
    tell(a_call(id="call-a"))
    before = {address: kept(address) for address in (BOB, "ann@example.com")}
    events = len(carried())

    bring_all(contact_id(BOB), contact_id("ann@example.com"))
    assert kept(BOB) == []
    assert {sk for sk, _ in kept("ann@example.com")} == {
        sk for listed in before.values() for sk, _ in listed
    }
    tell(a_call(id="since"))
    back(contact_id("ann@example.com"), contact_id(BOB))

    assert [sk for sk, _ in kept(BOB)] == [sk for sk, _ in before[BOB]]
    assert all(origins in (None, []) for _, origins in kept(BOB))
    assert len(kept("ann@example.com")) == len(before["ann@example.com"]) + 2
    assert len(carried()) == events + 1, "moving publishes nothing again"


def test_many_entries_move_page_by_page_and_each_is_in_one_place_all_the_while() -> None:
    source, target = contact_id(BOB), contact_id("ann@example.com")
    many = 2 * PAGE + 20
    record([an_entry(number, contact_id=source) for number in range(many)])

    pages = 0
    while move_page(source, target):
        pages += 1
        assert len(entries(source)) + len(entries(target)) == many

    assert pages == 3
    assert len(entries(target)) == many


def test_what_was_recorded_at_the_new_place_meanwhile_is_there_once() -> None:
    source, target = contact_id(BOB), contact_id("ann@example.com")
    listed = [an_entry(number, contact_id=source) for number in range(3)]
    record(listed)
    record([listed[1].model_copy(update={"contact_id": target})])

    assert move_page(source, target)
    assert not move_page(source, target)

    assert len(entries(target)) == 3


def test_of_two_merges_one_after_the_other_the_last_is_undone_first() -> None:
    one, two, three = (contact_id(f"{name}@example.com") for name in ("one", "two", "three"))
    record([an_entry(1, contact_id=one)])

    bring_all(one, two)
    bring_all(two, three)
    back(three, one)
    assert len(entries(three)) == 1, "it came from the second"
    back(three, two)
    back(two, one)

    assert [entry.origins for entry in entries(one)] == [[]]
