"""One message goes to each account (row M1): to its main contact where there is one, and otherwise to
whoever of it comes first."""

from typing import Any

import pytest

from shared.customers.accounts.changes import change_account, create_account
from shared.customers.accounts.model import AccountChange, NewAccount
from shared.customers.accounts.repository import need as need_account
from shared.customers.consents.model import ConsentState
from shared.customers.contacts.memberships import leave_account
from shared.customers.merging.merge import Asked, merge_contacts
from shared.kernel.errors import Rejected
from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import need
from shared.marketing.sending.preflight import preflight
from shared.marketing.sending.sender import send_part
from tests.aws_calls import intercepted
from tests.cloud import everything
from tests.conftest import FakeClock
from tests.faults.marketing import campaigns_add_up
from tests.privacy import erased
from tests.pump import Pump, overlook
from tests.sending import (
    a_campaign,
    agree,
    mailed,
    minute,
    move,
    people,
    rows,
    rules,
    sums,
    timers,
)


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


@pytest.fixture
def account(clock: FakeClock) -> str:
    return create_account(NewAccount(name="Jaladhara"), "asha", None, clock()).account_id


def belonging(count: int, account: str) -> list[str]:
    return people(count, "a", accounts=[{"account_id": account}])


def name(account: str, contact_id: str | None, clock: FakeClock) -> None:
    version = need_account(account).version
    change = AccountChange(version=version, main_contact_id=contact_id)
    change_account(account, change, "asha", clock())


def sent(contact_ids: list[str], clock: FakeClock) -> str:
    one = a_campaign(contact_ids, one_per="account").campaign_id
    overlook()
    move(one, "start")
    Pump().run()
    clock.tick(minutes=16)
    timers()
    minute()
    return one


def test_one_mail_goes_to_each_account_and_to_whoever_has_none(
    account: str, clock: FakeClock
) -> None:
    everybody = belonging(3, account)
    (alone,) = people(1, "alone")

    one = sent([*everybody, alone], clock)

    assert sums(one) == {"sent": 2, "skipped": 2}
    assert {row.get("reason") for row in rows(one).values()} == {None, "same_account"}
    assert sum(mailed().values()) == 2
    campaigns_add_up(list(everything()))


@pytest.mark.parametrize("main", ["there", "unwilling", "elsewhere", "merged", "not meant"])
def test_of_an_account_its_main_contact_gets_it_if_they_may_and_another_one_if_not(
    main: str, account: str, clock: FakeClock
) -> None:
    everybody = sorted(belonging(4, account))
    named, other = everybody[-1], everybody[2]
    name(account, named, clock)
    meant = [one for one in everybody if main != "not meant" or one != named]
    match main:
        case "unwilling":
            agree(named, ConsentState.WITHDRAWN)
        case "elsewhere":
            leave_account(named, account, "asha", clock())
            agree(named, ConsentState.WITHDRAWN)
        case "merged":
            merge_contacts(Asked(other, named, 1, 1, {}), "asha", clock())
    told = preflight(need(a_campaign(meant, one_per="account").campaign_id), clock())

    one = sent(meant, clock)

    (got,) = [who for who, row in rows(one).items() if row["state"] == "sent"]
    if main in ("there", "merged"):
        assert got == {"there": named, "merged": other}[main]
    assert (told.sendable, told.later) == (1, {})
    assert sum(mailed().values()) == 1
    assert need(one).state is State.DONE
    campaigns_add_up(list(everything()))


def test_only_who_belongs_to_an_account_stands_for_it_and_erased_nobody_does(
    account: str, clock: FakeClock
) -> None:
    (ann,) = belonging(1, account)
    (zoe,) = people(1, "z")

    with pytest.raises(Rejected) as refused:
        name(account, zoe, clock)
    name(account, ann, clock)
    erased(contact_id=ann)

    assert [one.code for one in refused.value.fields] == ["member_not_found"]
    assert need_account(account).main_contact_id is None


def test_asking_whose_turn_it_is_takes_three_reads_a_part(account: str, clock: FakeClock) -> None:
    everybody = sorted(belonging(50, account))
    name(account, everybody[-1], clock)
    move(one := a_campaign(everybody, one_per="account").campaign_id, "start")
    Pump(only=["campaign_plan"]).run()
    preflight(need(one), clock())
    calls: list[str] = []

    def note(call: Any, send: Any) -> Any:
        calls.append(call.name)
        return send()

    with intercepted(note):
        send_part(one, everybody, 1, 0, clock())

    assert sums(one) == {"sent": 1, "deferred": 49}
    assert sum(name.startswith("dynamodb") for name in calls) <= 15
