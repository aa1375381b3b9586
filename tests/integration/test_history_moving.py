"""Histories that move when an address whose dealings were kept by themselves gets its contact."""

import pytest

from shared.customers.history.moving import PAGE, move_page
from shared.customers.history.repository import record
from tests.dealings import contact_id, entries
from tests.integration.test_contact_history import an_entry

pytestmark = pytest.mark.usefixtures("tables")

BOB = "bob@example.com"


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
