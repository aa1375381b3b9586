"""Many at once, in threads on DynamoDB Local: one contact per address, one primary, no circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from shared.customers.accounts.changes import change_account
from shared.customers.accounts.model import Account, AccountChange
from shared.customers.contacts.changes import change_contact
from shared.customers.contacts.creation import Saved
from shared.customers.contacts.memberships import join_account
from shared.customers.contacts.model import Contact, ContactChange
from shared.customers.contacts.repository import load
from shared.kernel.errors import Busy, Conflict, CrmError, Rejected, Stale
from tests.cloud import everything
from tests.customers import a_contact, an_account
from tests.faults.customers import check

pytestmark = [
    pytest.mark.parametrize("backend", ["dynamodb_local"], indirect=True),
    pytest.mark.usefixtures("tables"),
]

THREADS = 6


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What came of doing all jobs at the same time: results and refusals."""

    def done(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except CrmError as refusal:
            return refusal

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(done, jobs))


def addresses(*listed: str) -> list[dict[str, str]]:
    return [{"address": one} for one in listed]


def test_of_many_who_type_one_person_in_all_but_one_are_told_who_has_the_address(
    now: datetime,
) -> None:
    answers = at_once(
        *(
            lambda n=n: a_contact(now, f"Ann Lee{n}", emails=addresses("Ann@EXAMPLE.com"))
            for n in range(THREADS)
        )
    )

    (made,) = [one for one in answers if isinstance(one, Contact)]
    refused = [one for one in answers if isinstance(one, Conflict)]
    assert {one.extra["contact_id"] for one in refused} == {made.contact_id}
    assert len(refused) + sum(isinstance(one, Busy) for one in answers) == THREADS - 1
    check(list(everything()))


def test_two_who_want_each_other_s_further_address_get_one_contact_with_both(
    now: datetime,
) -> None:
    answers = at_once(
        lambda: a_contact(now, "A", emails=addresses("a@example.com", "b@example.com")),
        lambda: a_contact(now, "B", emails=addresses("b@example.com", "a@example.com")),
    )

    assert sum(isinstance(one, Contact) for one in answers) == 1
    check(list(everything()))


def test_an_address_given_up_goes_to_one_of_those_who_want_it(now: datetime) -> None:
    ann = a_contact(now)
    moved = {"version": 1, "emails": addresses("ann@new.example")}
    change_contact(ann.contact_id, ContactChange.model_validate(moved), "asha", now)

    answers = at_once(
        *(
            lambda n=n: a_contact(now, f"Ann Lee{n}", emails=addresses("ann.lee@example.com"))
            for n in range(THREADS)
        )
    )

    assert sum(isinstance(one, Contact) for one in answers) == 1
    check(list(everything()))


def test_of_two_changes_to_one_version_one_wins(now: datetime) -> None:
    ann = a_contact(now)

    def changed(title: str) -> Saved:
        change = ContactChange(version=1, job_title=title)
        return change_contact(ann.contact_id, change, "asha", now)

    answers = at_once(*(lambda n=n: changed(f"title {n}") for n in range(THREADS)))

    (won,) = [one for one in answers if isinstance(one, Saved)]
    assert all(isinstance(one, Saved | Stale | Busy) for one in answers)
    assert load(ann.contact_id) == won.contact


def test_of_two_accounts_made_primary_at_once_one_is(now: datetime) -> None:
    ann = a_contact(now)
    banks = [an_account(now, f"Bank {number}") for number in range(THREADS)]

    at_once(
        *(
            lambda one=one: join_account(ann.contact_id, one.account_id, "Buyer", True, "asha", now)
            for one in banks
        )
    )

    found = load(ann.contact_id)
    assert found is not None
    assert [one.primary for one in found.accounts].count(True) == 1
    check(list(everything()))


def test_two_accounts_do_not_become_parts_of_each_other(now: datetime) -> None:
    top, middle, bottom = (an_account(now, name) for name in ("Top", "Middle", "Bottom"))

    def part_of(one: Account, other: Account) -> Account:
        change = AccountChange(version=1, parent_id=other.account_id)
        return change_account(one.account_id, change, "asha", now)

    answers = at_once(
        lambda: part_of(top, middle), lambda: part_of(middle, bottom), lambda: part_of(bottom, top)
    )

    assert all(isinstance(one, Account | Rejected | Busy) for one in answers)
    assert sum(isinstance(one, Account) for one in answers) < 3
    check(list(everything()))
