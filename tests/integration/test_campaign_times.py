"""When a message of a campaign leaves: caps, quiet hours, each person's own clock, and the pace of the
provider (rows M10 and M11)."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.marketing.campaigns.model import State
from shared.marketing.campaigns.repository import need
from shared.marketing.sending.rules import Cap
from shared.platform import clock as platform_clock
from tests.cloud import forget
from tests.conftest import FakeClock
from tests.mail_provider import Provider
from tests.pump import Pump
from tests.sending import (
    ALWAYS,
    a_campaign,
    mailed,
    minute,
    move,
    people,
    proof,
    rows,
    rules,
    started,
    sums,
    timers,
)


@pytest.fixture(autouse=True)
def _company(tables: None, clock: FakeClock) -> None:
    rules()


def test_at_a_local_time_each_person_gets_it_when_it_is_that_late_where_they_are(
    clock: FakeClock,
) -> None:
    clock.at(datetime(2025, 6, 2, 0, tzinfo=UTC))
    (kathmandu,) = people(1, "k", zone="Asia/Kathmandu")
    (new_york,) = people(1, "n", zone="America/New_York")
    one = a_campaign([kathmandu, new_york], local_at="2025-06-03T09:00").campaign_id
    assert need(one).starts_at == datetime(2025, 6, 2, 19, tzinfo=UTC)

    clock.at(datetime(2025, 6, 2, 19, tzinfo=UTC))
    timers()
    assert {proof(one, who)["until"] for who in (kathmandu, new_york)} == {
        "2025-06-03T03:15:00.000Z",
        "2025-06-03T13:00:00.000Z",
    }
    assert proof(one, kathmandu)["reason"] == "local_time"

    clock.at(datetime(2025, 6, 3, 3, 15, tzinfo=UTC))
    timers()
    assert mailed() == {"k0@example.com": 1}
    clock.at(datetime(2025, 6, 3, 13, tzinfo=UTC))
    timers()
    timers()
    assert mailed() == {"k0@example.com": 1, "n0@example.com": 1}


def test_three_campaigns_at_once_pass_no_cap_and_the_third_comes_a_week_later(
    clock: FakeClock,
) -> None:
    rules(ALWAYS.model_copy(update={"caps": (Cap(times=2, days=7),)}))
    (ann,) = people(1)
    three = [a_campaign([ann]).campaign_id for _ in range(3)]
    begun = clock()
    for one in three:
        move(one, "start")
    Pump(shuffle=random.Random(3)).run()

    assert mailed()["p0@example.com"] == 2
    (late,) = [one for one in three if sums(one) == {"deferred": 1}]
    until = datetime.fromisoformat(proof(late, ann)["until"])
    assert until == begun + timedelta(days=7)
    minute()
    assert need(late).state is State.ACTIVE

    clock.at(until)
    timers()
    minute()

    assert mailed()["p0@example.com"] == 3
    assert (sums(late), need(late).state) == ({"sent": 1}, State.DONE)


def test_a_slot_taken_in_between_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.marketing.sending import sender

    rules(ALWAYS.model_copy(update={"caps": (Cap(times=1, days=7),), "overflow": "drop"}))
    (ann,) = people(1)
    first, second = (a_campaign([ann]).campaign_id for _ in range(2))
    plain = sender.candidates

    def meanwhile(*asked: Any) -> Any:
        found = plain(*asked)
        monkeypatch.setattr(sender, "candidates", plain)
        sender.send_part(second, [ann], 1, 0, platform_clock.now())
        return found

    for one in (first, second):
        move(one, "start")
    monkeypatch.setattr(sender, "candidates", meanwhile)
    sender.send_part(first, [ann], 1, 0, platform_clock.now())

    assert mailed()["p0@example.com"] == 1
    assert rows(first)[ann]["reason"] == "capped"
    assert rows(second)[ann]["state"] == "sent"


def test_nobody_is_disturbed_at_night_by_their_own_clock(clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"quiet_from": "21:00", "quiet_to": "09:00"}))
    clock.at(datetime(2025, 6, 2, 16, 45, tzinfo=UTC))
    kathmandu, berlin = people(1, "k", zone="Asia/Kathmandu"), people(1, "b", zone="Europe/Berlin")
    one = started([*kathmandu, *berlin])
    Pump().run()

    assert set(mailed()) == {"b0@example.com"}
    assert proof(one, kathmandu[0])["until"] == "2025-06-03T03:15:00.000Z"
    clock.at(datetime(2025, 6, 3, 3, 15, tzinfo=UTC))
    timers()
    assert mailed()["k0@example.com"] == 1


def test_all_campaigns_together_send_no_faster_than_the_rules_say(clock: FakeClock) -> None:
    rules(ALWAYS.model_copy(update={"mails_a_second": 5, "caps": ()}))
    provider = Provider()
    left: list[datetime] = []
    provider.trouble = lambda _: left.append(clock())
    contacts = people(15)
    begun = clock()
    for one in [a_campaign(contacts).campaign_id for _ in range(2)]:
        move(one, "start")
    Pump(only=["campaign_plan", "campaign_send"]).run()

    assert len(left) == 30
    assert timedelta(seconds=5) < left[-1] - begun < timedelta(seconds=6)
    for number, instant in enumerate(left):
        within = [other for other in left[number:] if other - instant < timedelta(seconds=1)]
        assert len(within) <= 6


def test_what_others_send_meanwhile_is_waited_for_by_the_next_and_left_by_those_after(
    clock: FakeClock,
) -> None:
    from shared.marketing.sending import throttle

    rules(ALWAYS.model_copy(update={"mails_a_second": 1}))
    begun = clock()
    throttle.take("email", 30, 1, begun)
    forget()  # another process goes on
    one = a_campaign(people(20)).campaign_id
    move(one, "start")
    Pump(only=["campaign_plan", "campaign_send"]).run()

    # Ten came in soon enough; the same part went on with the others later.
    assert sums(one) == {"sent": 20}
    assert timedelta(seconds=48) < clock() - begun < timedelta(seconds=52)
