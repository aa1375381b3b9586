"""Accounts as they are kept (runs on each backend)."""

from datetime import datetime

import pytest

from shared.customers.accounts.changes import change_account, delete_account, restore_account
from shared.customers.accounts.listing import AccountQuery, list_accounts, members_of
from shared.customers.accounts.model import AccountChange
from shared.customers.accounts.repository import load
from shared.customers.contacts.listing import ContactQuery, list_contacts
from shared.customers.contacts.memberships import join_account, leave_account
from shared.kernel.errors import Conflict, Rejected, Stale
from tests.cloud import everything
from tests.customers import a_contact, an_account
from tests.faults.customers import check
from tests.staffing import hire, person

pytestmark = [pytest.mark.conformance, pytest.mark.usefixtures("tables")]


def listed(**asked: object) -> list[str]:
    found, _ = list_accounts(AccountQuery(**asked), limit=50, cursor=None)  # type: ignore[arg-type]
    return [one.name for one in found]


def test_an_account_is_kept_changed_put_away_and_brought_back(now: datetime) -> None:
    hire(person("asha"))
    made = an_account(now, domains=["himal.example"], tags=["Key"], owner_id="asha")
    change = AccountChange(version=1, name="Himal Bank Ltd", domains=[], tags=["other"])

    changed = change_account(made.account_id, change, "asha", now)

    assert load(made.account_id) == changed
    assert listed(name_begins="himal bank l") == listed(tag="other") == [changed.name]
    assert (listed(tag="key"), listed(owner="asha")) == ([], [changed.name])
    gone = delete_account(made.account_id, 2, "asha", now)
    assert (listed(), listed(owner="asha"), listed(deleted=True)) == ([], [], [changed.name])
    assert load(made.account_id) == gone
    restore_account(made.account_id, 3, "asha", now)
    assert listed() == [changed.name]
    an_account(now, "Other", domains=["himal.example"])
    check(list(everything()))


def test_what_is_another_account_s_is_refused_whole(now: datetime) -> None:
    first = an_account(now, domains=["himal.example"])

    with pytest.raises(Conflict) as refused:
        an_account(now, "Other", domains=["other.example", "himal.example"])

    assert refused.value.extra == {"account_id": first.account_id}
    an_account(now, "Third", domains=["other.example"])
    with pytest.raises(Stale):
        change_account(first.account_id, AccountChange(version=3, industry="x"), "asha", now)


def test_accounts_and_their_contacts_find_each_other(now: datetime) -> None:
    group = an_account(now, "Group")
    bank = an_account(now, "Bank", parent_id=group.account_id)
    ann, bob = a_contact(now), a_contact(now, "Bob Rai")
    for one in (ann, bob):
        join_account(one.contact_id, bank.account_id, "Buyer", False, "asha", now)
    join_account(ann.contact_id, group.account_id, None, True, "asha", now)

    leave_account(bob.contact_id, bank.account_id, "asha", now)

    (member,), rest = members_of(bank.account_id, limit=10, cursor=None)
    assert (member.contact.name, member.role, member.primary, rest) == (
        "Ann Lee",
        "Buyer",
        False,
        None,
    )
    found, _ = list_contacts(ContactQuery(account=group.account_id), limit=10, cursor=None)
    assert [one.account_id for one in found] == [group.account_id]
    assert listed(parent=group.account_id) == ["Bank"]
    with pytest.raises(Rejected):
        change_account(
            group.account_id, AccountChange(version=1, parent_id=bank.account_id), "asha", now
        )
    check(list(everything()))
